# Puts a fuzz binary into a folder that runs wherever it is copied to, as ClusterFuzz and its like expect it:
#
#   NAME                    the binary, which looks for its libraries in lib/ beside it
#   NAME.dict, NAME.options dictionary; libFuzzer options, if the target has any
#   NAME_seed_corpus.zip    the corpus that it starts from
#   lib/                    the shared libraries that not every system has
#
# cmake -DBINARY=... -DFOLDER=... -DSOURCE=... -P package.cmake
get_filename_component(name ${BINARY} NAME)
file(MAKE_DIRECTORY ${FOLDER}/lib)
file(COPY ${BINARY} DESTINATION ${FOLDER})
set(dictionary ${SOURCE}/fuzz/${name}.dict)
if(NOT EXISTS ${dictionary})  # fuzz_host reads what fuzz_launch does
  set(dictionary ${SOURCE}/fuzz/fuzz_launch.dict)
endif()
file(COPY_FILE ${dictionary} ${FOLDER}/${name}.dict)
if(EXISTS ${SOURCE}/fuzz/${name}.options)
  file(COPY ${SOURCE}/fuzz/${name}.options DESTINATION ${FOLDER})
endif()
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${BINARY} RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR missing
  PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv)\\.so" "^linux-vdso")
if(missing)
  message(FATAL_ERROR "${name}: libraries that are not there: ${missing}")
endif()
foreach(library IN LISTS libraries)
  file(COPY ${library} DESTINATION ${FOLDER}/lib FOLLOW_SYMLINK_CHAIN)
endforeach()
file(GLOB seeds RELATIVE ${SOURCE}/corpus/seeds ${SOURCE}/corpus/seeds/*)
execute_process(COMMAND ${CMAKE_COMMAND} -E tar cf ${FOLDER}/${name}_seed_corpus.zip --format=zip ${seeds}
  WORKING_DIRECTORY ${SOURCE}/corpus/seeds COMMAND_ERROR_IS_FATAL ANY)
