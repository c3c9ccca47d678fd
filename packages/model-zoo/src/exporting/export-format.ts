/** A form in which a trained model leaves Limber. */
export type ExportFormat = 'onnx' | 'tfjs' | 'safetensors' | 'web';
