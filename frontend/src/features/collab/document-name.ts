import { databasePrefix } from '@/lib/device';

/** The name REST hands out: `pei/{pei}/{section}.{lineage}.s{schema}`. */
export interface DocumentName {
  base: string;
  lineage: string;
}

export function parseDocumentName(name: string): DocumentName {
  const match = /^(.*)\.([^./]+)\.s\d+$/.exec(name);
  return match?.[1] && match[2] ? { base: match[1], lineage: match[2] } : { base: name, lineage: '0' };
}

/** The local copy belongs to one person, one document and one lineage; another lineage must never merge into it. */
export function databaseName(userId: string, document: string): string {
  const { base, lineage } = parseDocumentName(document);
  return `${databasePrefix(userId)}${base}:${lineage}`;
}
