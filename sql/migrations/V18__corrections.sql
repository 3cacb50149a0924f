-- Requests to correct what is written about a child, and what became of them: request and decision are both kept (docs/adr/0022).

create table corrections (
    correction_id uuid primary key,
    student_id    uuid not null references students,
    asked_by      uuid not null references users,
    -- As whom: the family sees what the family asked, the team member what they asked themselves.
    asked_as      text not null,
    wrong         text not null,
    should_say    text not null,
    asked_at      timestamptz not null default now(),
    due_at        timestamptz not null default now() + interval '15 days',
    accepted      boolean,
    answer        text,
    answered_by   uuid references users,
    answered_at   timestamptz,
    constraint corrections_asked_as check (asked_as in ('guardian', 'team')),
    constraint corrections_wrong_length check (char_length(wrong) between 1 and 1000),
    constraint corrections_should_say_length check (char_length(should_say) between 1 and 1000),
    constraint corrections_answer_length check (char_length(answer) between 1 and 1000),
    constraint corrections_answered check (num_nonnulls(accepted, answer, answered_by, answered_at) in (0, 4)),
    -- Nobody decides about their own request.
    constraint corrections_answered_by_another check (answered_by <> asked_by)
);
create index corrections_student on corrections (student_id, asked_at desc);
create index corrections_asked_by on corrections (asked_by);
create index corrections_answered_by on corrections (answered_by);

alter table corrections enable row level security;
alter table corrections force row level security;
create policy owner_all on corrections to kazumi_owner using (true) with check (true);
create policy backup_read on corrections for select to kazumi_backup using (true);
grant select on corrections to kazumi_backup;

-- Whether the transaction's person answers for the school of this child: direction and coordination. With the caller's rights, who sees own
-- functions and own students.
create function answers_for(student uuid) returns boolean
    language sql stable
    as $$
        select exists (
            select 1 from public.students s
            join public.staff_functions f on f.school_id = s.school_id
            where s.student_id = student and f.user_id = public.app_user_id() and f.function in ('principal', 'coordinator')
              and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to))
    $$;

grant select on corrections to kazumi_app;
grant insert (correction_id, student_id, asked_by, asked_as, wrong, should_say) on corrections to kazumi_app;
grant update (accepted, answer, answered_by, answered_at) on corrections to kazumi_app;
create policy requests_seen on corrections for select to kazumi_app
    using (asked_by = app_user_id() and has_active_grant(app_user_id(), student_id, null, 'read')
        or answers_for(student_id)
        or asked_as = 'guardian' and exists (
            select 1 from grants g
            where g.user_id = app_user_id() and g.student_id = corrections.student_id and g.sees_accesses
              and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
create policy asks on corrections for insert to kazumi_app
    with check (asked_by = app_user_id() and has_active_grant(app_user_id(), student_id, null, 'read'));
create policy answers on corrections for update to kazumi_app
    using (answered_at is null and asked_by <> app_user_id() and answers_for(student_id))
    with check (answered_by = app_user_id() and answers_for(student_id));
create policy who_asked_seen on users for select to kazumi_app
    using (exists (select 1 from corrections c where c.asked_by = users.user_id)
        or exists (select 1 from corrections c where c.answered_by = users.user_id));

-- The registrar: what waits in a school, for those who answer.
grant select on corrections to kazumi_registrar;
create policy registrar_reads on corrections for select to kazumi_registrar
    using (student_id in (select s.student_id from students s));
