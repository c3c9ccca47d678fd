// Compiled into the addon. Loads NVIDIA's libraries, where the engine has them.
//
// TensorFlow asks for them by bare names (libcudnn.so.9) when it makes a GPU's device. Whether a name is
// found then depends on the run path of the library that asks. One that is in the process already is
// found by every library, so each is loaded here by its path before that.

#include <dirent.h>
#include <dlfcn.h>

#include <cstring>
#include <string>
#include <vector>

namespace {

std::vector<std::string> EntriesOf(const std::string& folder) {
  std::vector<std::string> entries;
  DIR* const opened = opendir(folder.c_str());
  if (opened == nullptr) return entries;
  while (const dirent* entry = readdir(opened)) {
    if (entry->d_name[0] != '.') entries.push_back(folder + "/" + entry->d_name);
  }
  closedir(opened);
  return entries;
}

bool Contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

// Libraries of <engine>/nvidia/<package>/lib, but those that libcudnn itself loads as it needs them.
std::vector<std::string> FindLibraries() {
  std::vector<std::string> libraries;
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&FindLibraries), &self) == 0) return libraries;
  const std::string addon = self.dli_fname;
  const std::string folder = addon.substr(0, addon.rfind('/')) + "/../nvidia";
  for (const std::string& package : EntriesOf(folder)) {
    for (const std::string& library : EntriesOf(package + "/lib")) {
      if (Contains(library, ".so") && !Contains(library, "/libcudnn_")) libraries.push_back(library);
    }
  }
  return libraries;
}

// They need one another, in an order that changes between releases: whatever fails is tried again after
// the others. TensorFlow itself says what it then cannot find.
__attribute__((constructor)) void LoadCudaLibraries() {
  std::vector<std::string> waiting = FindLibraries();
  size_t before = waiting.size() + 1;
  while (!waiting.empty() && waiting.size() < before) {
    before = waiting.size();
    std::vector<std::string> failed;
    for (const std::string& library : waiting) {
      if (dlopen(library.c_str(), RTLD_LAZY | RTLD_GLOBAL) == nullptr) failed.push_back(library);
    }
    waiting = failed;
  }
}

}  // namespace
