#ifndef LIMBER_PARALLEL_H_
#define LIMBER_PARALLEL_H_

#include <cstdint>
#include <functional>

// Runs `work(begin, end)` over [0, count) in pieces of `grain`, on the threads that TensorFlow's operations may have
// (TF_NUM_INTRAOP_THREADS). The pieces do not depend on the number of threads. Returns when all are done.
void ParallelFor(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& work);

#endif  // LIMBER_PARALLEL_H_
