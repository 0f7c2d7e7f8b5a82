import { XMLParser, XMLValidator } from 'fast-xml-parser';

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

// Numbers stay text, so that `5.0` of a version or a queue named `007` is not changed.
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  // Ours knows the entities of XML itself and character references; the parser's would count entities as an attack and
  // also take those that a text defines.
  entityDecoder: {
    decode: decodeEntities,
    setExternalEntities: () => undefined,
    addInputEntities: () => undefined,
    setXmlVersion: () => undefined,
    reset: () => undefined,
  },
  jPath: false,
});

/**
 * Parses XML to nested objects: element names to text, objects, or arrays where a name repeats; an empty element is ''.
 * Throws SyntaxError for a text that is not whole, and for document type declarations, which PMTA never sends.
 */
export function parseXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text)) {
    throw new SyntaxError('document type declarations are not read');
  }
  // The parser takes what it can get; a cut text would look like a shorter list.
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    throw new SyntaxError(`${verdict.err.msg} (line ${verdict.err.line}, column ${verdict.err.col})`);
  }
  try {
    return parser.parse(text);
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name !== undefined) {
      return named[name] ?? whole;
    }
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
