import type { NativeBackend } from '../loading/native-backend.ts';

/** Runs once, and returns the names of TensorFlow's operations in the order they ran. */
export function recordOperations(native: NativeBackend, run: () => void): string[] {
  const names: string[] = [];
  const { executeSingleOutput, executeMultipleOutputs } = native;
  native.executeSingleOutput = (name, attributes, inputs) => {
    names.push(name);
    return executeSingleOutput.call(native, name, attributes, inputs);
  };
  native.executeMultipleOutputs = (name, attributes, inputs, outputs) => {
    names.push(name);
    return executeMultipleOutputs.call(native, name, attributes, inputs, outputs);
  };
  run();
  native.executeSingleOutput = executeSingleOutput;
  native.executeMultipleOutputs = executeMultipleOutputs;
  return names;
}
