import { expect, test } from 'vitest';
import { requirementsOfExtra } from './wheel-metadata.ts';

const tensorflowMetadata = `Metadata-Version: 2.4
Name: tensorflow
Requires-Dist: absl-py>=1.0.0
Provides-Extra: and-cuda
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-cudnn-cu12 (<10.0,>=9.3.0.75) ; extra == 'and_CUDA'
Requires-Dist: nvidia-nccl-cu12<3.0,
        >=2.27.7; extra == "and-cuda"
Requires-Dist: tensorflow-io; (sys_platform != "win32") and extra == "and-cuda"
Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; extra == "gcs-filesystem"

Requires-Dist: not-a-header==1.0; extra == "and-cuda"
`;

test('requirements of the extra are listed without their marker, folded lines joined', () => {
  expect(requirementsOfExtra(tensorflowMetadata, 'and-cuda')).toEqual([
    'nvidia-cublas-cu12<13.0,>=12.5.3.2',
    'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
    'nvidia-nccl-cu12<3.0,>=2.27.7',
  ]);
});

test('an extra that the wheel does not have requires nothing', () => {
  expect(requirementsOfExtra(tensorflowMetadata, 'metal')).toEqual([]);
});

test('Windows line ends do not matter', () => {
  expect(requirementsOfExtra(tensorflowMetadata.replaceAll('\n', '\r\n'), 'and-cuda')).toHaveLength(
    3,
  );
});
