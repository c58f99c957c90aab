# bare_firmware(NAME): an executable that runs from flash as it comes out of reset, linked by
# rules/link.ld to NAME.elf in the build folder.
function(bare_firmware name)
  set(script ${PROJECT_SOURCE_DIR}/test/firmware/rules/link.ld)
  target_compile_options(${name} PRIVATE -mcpu=cortex-m7 -mthumb -ffunction-sections -g3 -ffreestanding
    ${ARGN})
  target_link_libraries(${name} PRIVATE warnings)
  target_link_options(${name} PRIVATE -mcpu=cortex-m7 -mthumb ${ARGN} -nostartfiles
    --specs=nano.specs -T ${script} -Wl,--gc-sections,--no-warn-rwx-segments)
  set_target_properties(${name} PROPERTIES SUFFIX .elf LINK_DEPENDS ${script}
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()
