# stickboot_trust(OUT_VARIABLE FOLDER POLICY [--test]): the C file that scripts/keys writes from the
# public keys of a folder, for one policy (open or release). Written anew when a file of the folder
# changes; a key that may not be there fails the build.
function(stickboot_trust out folder policy)
  get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  string(MD5 name "${CMAKE_CURRENT_SOURCE_DIR} ${folder} ${policy} ${ARGN}")
  set(file ${PROJECT_BINARY_DIR}/trust/${name}.c)
  file(GLOB pems CONFIGURE_DEPENDS ${folder}/*.pem)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/trust)
  add_custom_command(OUTPUT ${file}
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/keys ${folder} ${policy} ${file} ${ARGN}
    DEPENDS ${PROJECT_SOURCE_DIR}/scripts/keys ${PROJECT_SOURCE_DIR}/keys/published ${pems}
    VERBATIM)
  set(${out} ${file} PARENT_SCOPE)
endfunction()
