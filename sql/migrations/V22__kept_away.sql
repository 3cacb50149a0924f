-- Whether a court keeps the transaction's person away from a child, whatever else ties the two (docs/adr/0026). With the caller's rights: everybody
-- sees their own guardianships, the registrar those of its schools. For lists that name children: what an act must reach is not asked here.
create function kept_away(student uuid) returns boolean
    language sql stable
    as $$
        select exists (
            select 1 from public.guardianships g
            where g.student_id = student and g.user_id = public.app_user_id() and g.judicial_restriction)
    $$;

-- As before, and the school's people are left out as well when a court keeps them away from the child.
create or replace function break_glass_recipients(opened uuid) returns setof text
    language sql stable security definer set search_path = ''
    as $$
        with emergency as (
            select b.student_id, s.school_id
            from public.break_glass b join public.students s on s.student_id = b.student_id
            where b.break_glass_id = opened and b.user_id = public.app_user_id() and b.opened_at = now()
        ), concerned as (
            select g.user_id
            from emergency e join public.guardianships g on g.student_id = e.student_id
            where g.can_view and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
            union
            select f.user_id
            from emergency e join public.staff_functions f on f.school_id = e.school_id
            where f.function in ('principal', 'coordinator')
              and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)
        )
        select k.email
        from concerned c
        join public.users u on u.user_id = c.user_id and u.disabled_at is null
        join public.credentials k on k.user_id = c.user_id and k.email_confirmed_at is not null
        where c.user_id <> public.app_user_id()
          and not exists (
              select 1 from emergency e join public.guardianships r on r.student_id = e.student_id
              where r.user_id = c.user_id and r.judicial_restriction)
        order by k.email
    $$;
