/**
 * Writes descriptor.json from the .proto files: `node pkg/grafana/proto/generate.ts`. Run it after changing one.
 * The descriptor is kept in the repository because a bundle has no .proto files to read and start-up no time to parse.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** protobufjs' JSON form of all .proto files beside this script. */
export function describeProtos(): protobuf.INamespace {
  const root = new protobuf.Root();
  root.loadSync(['backend.proto', 'controller.proto', 'health.proto'].map(at), { keepCase: true });
  return root.toJSON();
}

if (import.meta.main) {
  writeFileSync(at('descriptor.json'), `${JSON.stringify(describeProtos(), null, 2)}\n`);
}
