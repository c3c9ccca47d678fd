import { createRequire } from 'node:module';
import type { RankOptions } from './rank-options.ts';

/** The part of google-protobuf's writer that is used; the package has no types. */
interface Writer {
  writeString(field: number, value: string): void;
  writeInt32(field: number, value: number): void;
  writeMessage(field: number, value: object, write: (value: object, writer: Writer) => void): void;
  getResultBuffer(): Uint8Array;
}

/** All ranks are tasks of one job. */
const job = 'worker';

/**
 * A rank as TensorFlow's `tensorflow.ServerDef` (protobuf/tensorflow_server.proto): rank 0 leads the group.
 */
export function encodeServer({ rank, addresses }: Pick<RankOptions, 'rank' | 'addresses'>): Buffer {
  const { BinaryWriter } = createRequire(import.meta.url)('google-protobuf') as {
    readonly BinaryWriter: new () => Writer;
  };
  const nested = (writer: Writer, field: number, write: (inner: Writer) => void): void =>
    writer.writeMessage(field, {}, (_, inner) => write(inner));
  const server = new BinaryWriter();
  nested(server, 1, (cluster) =>
    nested(cluster, 1, (definition) => {
      definition.writeString(1, job);
      for (const [task, address] of addresses.entries()) {
        nested(definition, 2, (entry) => {
          entry.writeInt32(1, task);
          entry.writeString(2, address);
        });
      }
    }),
  );
  server.writeString(2, job);
  server.writeInt32(3, rank);
  nested(server, 4, (session) =>
    nested(session, 16, (experimental) =>
      experimental.writeString(1, `/job:${job}/replica:0/task:0`),
    ),
  );
  server.writeString(5, 'grpc');
  return Buffer.from(server.getResultBuffer());
}
