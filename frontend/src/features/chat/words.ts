const list = new Intl.ListFormat('pt-BR', { type: 'conjunction' });

/** "Ana", "Ana e Joana", "Ana, Joana e Rui". */
export function nameList(names: readonly string[]): string {
  return list.format(names);
}
