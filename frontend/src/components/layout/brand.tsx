/** The mark: two carets meeting in one line. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#0f766e" />
      <g strokeWidth="2.6" strokeLinecap="round" fill="none">
        <path d="M9 9.5v13M23 9.5v13M12.5 16h3.2" stroke="#fff" />
        <path d="M16.3 16h3.2" stroke="#f2b45c" />
      </g>
    </svg>
  );
}

export function Brand() {
  return (
    <span className="inline-flex items-center gap-2.5">
      <Mark className="size-8" />
      <span className="font-semibold text-lg tracking-tight">Kazumi</span>
    </span>
  );
}
