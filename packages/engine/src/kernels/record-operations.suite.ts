import type { NativeBackend } from '../loading/native-backend.ts';

/** Runs once, and returns the names of TensorFlow's operations in the order they ran. */
export function recordOperations(native: NativeBackend, run: () => void): string[] {
  const names: string[] = [];
  const { executeSingleOutput, executeMultipleOutputs } = native;
  native.executeSingleOutput = (name, attributes, inputs) => {
    names.push(name);
    return executeSingleOutput.call(native, name, attributes, inputs);
  };
  native.executeMultipleOutputs = (...call) => {
    names.push(call[0]);
    return executeMultipleOutputs.apply(native, call);
  };
  run();
  native.executeSingleOutput = executeSingleOutput;
  native.executeMultipleOutputs = executeMultipleOutputs;
  return names;
}
