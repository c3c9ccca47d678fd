// Compiled into the addon. TensorFlow's C interface gives kernels no threads, so those of this addon have their own.

#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

namespace {

// What is shared by the threads that work at one loop. A late thread finds nothing left in it.
struct Loop {
  Loop(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& work)
      : count(count), grain(grain), pieces((count + grain - 1) / grain), work(work) {}

  // Works until no piece is left to be taken; returns whether this thread ended the last one.
  bool Work() {
    bool is_last = false;
    for (int64_t piece = next.fetch_add(1); piece < pieces; piece = next.fetch_add(1)) {
      work(piece * grain, std::min(count, (piece + 1) * grain));
      is_last = done.fetch_add(1) + 1 == pieces;
    }
    return is_last;
  }

  const int64_t count, grain, pieces;
  // only called while a piece is left, which is before ParallelFor returns
  const std::function<void(int64_t, int64_t)>& work;
  std::atomic<int64_t> next{0};
  std::atomic<int64_t> done{0};
};

// Threads that live as long as the process.
class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 1; i < threads; ++i) std::thread([this] { Serve(); }).detach();
  }

  void Run(const std::shared_ptr<Loop>& loop) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      loop_ = loop;
      ++generation_;
    }
    begun_.notify_all();
    loop->Work();
    std::unique_lock<std::mutex> lock(mutex_);
    ended_.wait(lock, [&] { return loop->done.load() == loop->pieces; });
  }

 private:
  void Serve() {
    uint64_t seen = 0;
    while (true) {
      std::shared_ptr<Loop> loop;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        begun_.wait(lock, [&] { return generation_ != seen; });
        seen = generation_;
        loop = loop_;
      }
      if (!loop->Work()) continue;
      // the lock keeps this from falling between the other's look and its wait
      const std::lock_guard<std::mutex> lock(mutex_);
      ended_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  std::shared_ptr<Loop> loop_;
  uint64_t generation_ = 0;
};

int ThreadCount() {
  const char* const text = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int threads = text == nullptr ? 0 : std::atoi(text);
  return threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace

void ParallelFor(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& work) {
  static const int threads = ThreadCount();
  static Pool* const pool = new Pool(threads);
  static std::mutex one_at_a_time;
  if (count <= 0) return;
  if (threads == 1 || count <= grain) {
    work(0, count);
    return;
  }
  const std::lock_guard<std::mutex> lock(one_at_a_time);
  pool->Run(std::make_shared<Loop>(count, grain, work));
}
