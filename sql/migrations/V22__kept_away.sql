-- Whether a court keeps the transaction's person away from a child, whatever else ties the two (docs/adr/0026). With the caller's rights: everybody
-- sees their own guardianships, the registrar those of its schools. For lists that name children: what an act must reach is not asked here.
create function kept_away(student uuid) returns boolean
    language sql stable
    as $$
        select exists (
            select 1 from public.guardianships g
            where g.student_id = student and g.user_id = public.app_user_id() and g.judicial_restriction)
    $$;
