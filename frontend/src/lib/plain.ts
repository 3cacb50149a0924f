/** Lower case without accents: "icaro" finds "Ícaro". */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
