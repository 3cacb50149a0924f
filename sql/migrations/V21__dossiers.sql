-- Copies of a child's dossier: who took one away, when and as whom. The copy itself is made when it is asked for and kept nowhere
-- (docs/adr/0023). The family sees these rows beside who read.
create table dossiers (
    dossier_id uuid primary key,
    student_id uuid not null references students,
    user_id    uuid not null references users,
    -- As whom, at that moment: functions, or `guardian`.
    taker_ties text[] not null default '{}',
    taken_at   timestamptz not null default now()
);
create index dossiers_student on dossiers (student_id, taken_at desc);
create index dossiers_user on dossiers (user_id);

alter table dossiers enable row level security;
alter table dossiers force row level security;
create policy owner_all on dossiers to kazumi_owner using (true) with check (true);
create policy backup_read on dossiers for select to kazumi_backup using (true);
grant select on dossiers to kazumi_backup;

-- Only ever added to.
create trigger never_changed before update or delete on dossiers for each statement execute function refuse_change();
create trigger never_emptied before truncate on dossiers for each statement execute function refuse_change();
alter table dossiers enable always trigger never_changed;
alter table dossiers enable always trigger never_emptied;

-- Written by the owner of the schema, so that whoever takes a copy cannot say as whom.
create function note_taker_ties() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        new.taker_ties := public.reader_ties(new.user_id, new.student_id, new.taken_at);
        return new;
    end $$;
create trigger dossiers_taker before insert on dossiers for each row execute function note_taker_ties();

-- Whoever may see who read takes a copy, in their own name, and sees who else did. The clock is the database's.
grant select on dossiers to kazumi_app;
grant insert (dossier_id, student_id, user_id) on dossiers to kazumi_app;
create policy copies_seen on dossiers for select to kazumi_app
    using (exists (
        select 1 from grants g
        where g.user_id = app_user_id() and g.student_id = dossiers.student_id and g.sees_accesses
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
create policy takes_own_copy on dossiers for insert to kazumi_app
    with check (user_id = app_user_id() and exists (
        select 1 from grants g
        where g.user_id = app_user_id() and g.student_id = dossiers.student_id and g.sees_accesses
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
create policy takers_seen on users for select to kazumi_app
    using (exists (select 1 from dossiers d where d.user_id = users.user_id));
