const DAY = 86_400_000;

const hour = new Intl.DateTimeFormat('pt-BR', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('pt-BR', { weekday: 'long' });
const dayMonth = new Intl.DateTimeFormat('pt-BR', { day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat('pt-BR', { day: 'numeric', month: 'long', year: 'numeric' });

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export function clock(date: Date): string {
  return hour.format(date);
}

/** A past moment in the words people use near now: "hoje, 10:32", "ontem, 10:32", "quinta-feira, 10:32", "3 de março". */
export function whenWords(moment: Date | string, now: Date = new Date()): string {
  const date = typeof moment === 'string' ? new Date(moment) : moment;
  if (Number.isNaN(date.getTime())) return '';
  // Rounded, because a day with a clock change has 23 or 25 hours.
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY);
  if (days <= 0) return `hoje, ${clock(date)}`;
  if (days === 1) return `ontem, ${clock(date)}`;
  if (days < 7) return `${weekday.format(date)}, ${clock(date)}`;
  if (date.getFullYear() === now.getFullYear()) return dayMonth.format(date);
  return full.format(date);
}

const longDay = new Intl.DateTimeFormat('pt-BR', { weekday: 'long', day: 'numeric', month: 'long' });

/** The day of a past moment, as a heading: "Hoje", "Ontem", "Quinta-feira, 19 de novembro", "3 de março de 2025". */
export function dayWords(date: Date, now: Date = new Date()): string {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY);
  if (days <= 0) return 'Hoje';
  if (days === 1) return 'Ontem';
  const words = date.getFullYear() === now.getFullYear() ? longDay.format(date) : full.format(date);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The day of a moment, past or to come: "3 de março de 2026". */
export function fullDayWords(moment: Date): string {
  return full.format(moment);
}

/** A moment to come, to the minute: "1 de dezembro de 2026, às 10:32". */
export function momentWords(moment: Date): string {
  return `${full.format(moment)}, às ${clock(moment)}`;
}

/** The first instant after a calendar day "YYYY-MM-DD" in this person's time zone, for what ends with that day. */
export function afterDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** Today as "YYYY-MM-DD", for date fields. */
export function today(now: Date = new Date()): string {
  const pad = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

/** A calendar date "YYYY-MM-DD" in words; never shifts by a time zone. Empty when it is no date. */
export function dateWords(day: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return '';
  return full.format(new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

/** A waiting time in words, rounded up so that nobody comes back too early. */
export function waitWords(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return whole === 1 ? '1 segundo' : `${whole} segundos`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return minutes === 1 ? '1 minuto' : `${minutes} minutos`;
  const hours = Math.ceil(minutes / 60);
  return hours === 1 ? '1 hora' : `${hours} horas`;
}
