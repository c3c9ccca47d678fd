// Compiled into the addon. Runs once, right after TensorFlow's libraries have been loaded.

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace {

// Loading reads 200 MB of symbols, relocations and initialisers that are not needed again soon. They
// are clean pages of the file: given back, they cost no memory until something touches them.
int ReleaseLoadedPages(dl_phdr_info* info, size_t, void*) {
  if (std::strstr(info->dlpi_name, "libtensorflow_") == nullptr) return 0;
  const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t start = (info->dlpi_addr + segment.p_vaddr) / page * page;
    const uintptr_t end = info->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
  }
  return 0;
}

__attribute__((constructor)) void PrepareMemory() {
  dl_iterate_phdr(ReleaseLoadedPages, nullptr);
}

}  // namespace
