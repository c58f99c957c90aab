# The few functions of BearSSL that src/image uses, built from Debian's source package.
if(NOT EXISTS "${BEARSSL_DIR}/inc/bearssl_hash.h")
  message(FATAL_ERROR "BearSSL's source is not in ${BEARSSL_DIR}: run scripts/setup (or make test)")
endif()
add_library(bearssl STATIC
  ${BEARSSL_DIR}/src/hash/md5.c
  ${BEARSSL_DIR}/src/hash/sha2small.c
  ${BEARSSL_DIR}/src/codec/dec32le.c
  ${BEARSSL_DIR}/src/codec/dec32be.c
  ${BEARSSL_DIR}/src/codec/enc32le.c
  ${BEARSSL_DIR}/src/codec/enc32be.c)
target_include_directories(bearssl SYSTEM PUBLIC ${BEARSSL_DIR}/inc PRIVATE ${BEARSSL_DIR}/src)
