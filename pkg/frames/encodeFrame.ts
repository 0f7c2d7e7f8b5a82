import {
  AsyncByteQueue,
  Field as ArrowField,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import { arrowColumn } from './arrowColumn.ts';
import { checkFrame } from './checkFrame.ts';
import { fieldTypes } from './fieldType.ts';
import type { Field, Frame } from './frame.ts';

/**
 * The frame in Arrow's file format, as Grafana reads it (format: grafana-plugin-sdk-go `data/arrow.go`). Throws a
 * FrameError where Grafana would refuse or spoil the frame. The result owns its ArrayBuffer, so it can be transferred to
 * another thread. This module loads Arrow; import it where frames are encoded only.
 */
export function encodeFrame(frame: Frame): Uint8Array {
  checkFrame(frame);
  const columns = frame.fields.map((field) => arrowColumn(field));
  const fields = frame.fields.map((field, index) => arrowField(field, columns[index]!.type));
  const schema = new Schema(fields, frameMetadata(frame));
  const chunks = new Chunks();
  const writer = new RecordBatchFileWriter();
  writer.reset(chunks, schema);
  const rows = columns[0]?.length ?? 0;
  if (rows > 0) {
    const data = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children: columns });
    // RecordBatch merges fields of the same name into one, and the writer drops a batch of another schema in silence:
    // without the schema put back, two fields of one name and different types leave a frame without rows.
    writer.write(Object.assign(new RecordBatch(schema, data), { schema }));
  }
  writer.finish();
  return chunks.join();
}

function arrowField(field: Field, type: ArrowField['type']): ArrowField {
  const metadata = new Map<string, string>([['tstype', fieldTypes[field.kind].frontend]]);
  if (field.labels !== undefined) {
    metadata.set('labels', JSON.stringify(field.labels));
  }
  if (field.config !== undefined) {
    metadata.set('config', JSON.stringify(field.config));
  }
  return new ArrowField(field.name, type, field.nullable === true, metadata);
}

function frameMetadata({ name = '', refId = '', meta }: Frame): Map<string, string> {
  const metadata = new Map([
    ['name', name],
    ['refId', refId],
  ]);
  return meta === undefined ? metadata : metadata.set('meta', JSON.stringify(meta));
}

/**
 * Collects what the writer writes. The writer's own queue joins chunks that lie side by side or overlap in one
 * ArrayBuffer, which loses a column when two fields share their values.
 */
class Chunks extends AsyncByteQueue {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  override write(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
  }

  join(): Uint8Array {
    const bytes = new Uint8Array(this.#size);
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  }
}
