import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { adminSchoolsQuery } from '@/api/admin';
import { cx } from '@/lib/cx';

interface AdministrationLinkProps {
  className: string;
  activeClass: string;
  /** In the bar of a phone. */
  short?: boolean;
}

/** The way to administration, for those who administer a school: the server says who they are. */
export function AdministrationLink({ className, activeClass, short = false }: AdministrationLinkProps) {
  const { t } = useTranslation();
  const { data } = useQuery(adminSchoolsQuery);
  if (!data || data.length === 0) return null;
  return (
    <NavLink to="/administracao" className={({ isActive }) => cx(className, isActive && activeClass)}>
      <KeyRound className={short ? 'size-6' : 'size-5'} aria-hidden />
      {t(short ? 'nav.administration_short' : 'nav.administration')}
    </NavLink>
  );
}
