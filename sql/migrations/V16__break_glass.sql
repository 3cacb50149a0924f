-- Emergency access ("break glass"): somebody who administers a school and may not read about its children opens one child's record for a
-- short time, says why, and everybody who may know is told (docs/adr/0021). What it opens is decided by `domain::permission`, like every
-- other tie: these rows are one more source of `grants`.

create table break_glass (
    break_glass_id uuid primary key,
    student_id     uuid not null references students,
    user_id        uuid not null references users,
    -- The function in which it was done: functions end, what was done in them stays.
    acted_as       text not null,
    -- In the person's words. Null once it was erased; its hash is in the audit log.
    reason         text,
    opened_at      timestamptz not null default now(),
    valid_to       timestamptz not null default now() + interval '1 hour',
    -- Ended before its time, and by whom.
    ended_at       timestamptz,
    ended_by       uuid references users,
    constraint break_glass_acted_as check (acted_as in ('network_manager', 'principal', 'coordinator')),
    constraint break_glass_reason_length check (char_length(reason) between 20 and 500),
    constraint break_glass_range check (valid_to > opened_at and valid_to <= opened_at + interval '1 hour'),
    constraint break_glass_ended check ((ended_at is null) = (ended_by is null) and ended_at between opened_at and valid_to)
);
create index break_glass_student on break_glass (student_id, opened_at desc);
create index break_glass_user on break_glass (user_id, opened_at desc);

alter table break_glass enable row level security;
alter table break_glass force row level security;
create policy owner_all on break_glass to kazumi_owner using (true) with check (true);
create policy backup_read on break_glass for select to kazumi_backup using (true);
grant select on break_glass to kazumi_backup;

-- Only ever added to, but for its early end, and for the erasure of its words.
create trigger never_changed before update on break_glass for each row
    when (old.ended_at is not null and new.ended_at is distinct from old.ended_at
          or (old.break_glass_id, old.student_id, old.user_id, old.acted_as, old.opened_at, old.valid_to)
             is distinct from (new.break_glass_id, new.student_id, new.user_id, new.acted_as, new.opened_at, new.valid_to)
          or new.reason is distinct from old.reason and new.reason is not null)
    execute function refuse_change();
create trigger never_deleted before delete on break_glass for each statement execute function refuse_change();
create trigger never_emptied before truncate on break_glass for each statement execute function refuse_change();
alter table break_glass enable always trigger never_changed;
alter table break_glass enable always trigger never_deleted;
alter table break_glass enable always trigger never_emptied;

-- The registrar: always in one's own name, for a student of a school one administers. The clock is the database's.
grant select on break_glass to kazumi_registrar;
grant insert (break_glass_id, student_id, user_id, acted_as, reason) on break_glass to kazumi_registrar;
grant update (ended_at, ended_by) on break_glass to kazumi_registrar;
create policy registrar_reads on break_glass for select to kazumi_registrar
    using (student_id in (select s.student_id from students s));
create policy registrar_opens on break_glass for insert to kazumi_registrar
    with check (user_id = app_user_id() and student_id in (select s.student_id from students s));
create policy registrar_ends on break_glass for update to kazumi_registrar
    using (student_id in (select s.student_id from students s))
    with check (ended_by = app_user_id() and student_id in (select s.student_id from students s));

-- Whoever may see who read sees this too, and who did it.
grant select on break_glass to kazumi_app;
create policy emergencies_seen on break_glass for select to kazumi_app
    using (exists (
        select 1 from grants g
        where g.user_id = app_user_id() and g.student_id = break_glass.student_id and g.sees_accesses
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
create policy who_opened_seen on users for select to kazumi_app
    using (exists (select 1 from break_glass b where b.user_id = users.user_id));

-- To whom mails about an emergency go: the family that may see the child, direction and coordination of the school, each with an address
-- known to be theirs. Answers only in the transaction that opened it, to the person who did.
create function break_glass_recipients(opened uuid) returns setof text
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
              and not exists (
                  select 1 from public.guardianships r
                  where r.student_id = g.student_id and r.user_id = g.user_id and r.judicial_restriction)
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
        order by k.email
    $$;
revoke execute on function break_glass_recipients(uuid) from public;
grant execute on function break_glass_recipients(uuid) to kazumi_registrar, kazumi_owner;

alter table outbox drop constraint outbox_kind;
alter table outbox add constraint outbox_kind check (kind in ('invitation', 'reset', 'password_changed', 'emergency'));
