-- Records that can be believed: what happened and who read is only ever added; what happened is chained, row by row, in the order in
-- which it was sealed (docs/adr/0017); and families see who read what is written about their child.

-- Nothing that was written down is changed again, by nobody -------------------------------------------------------------

create function refuse_change() returns trigger
    language plpgsql
    as $$
    begin
        raise exception '% is only ever added to', tg_table_name using errcode = 'insufficient_privilege';
    end $$;

-- The clock and the number are the database's, not the writer's.
revoke insert on audit_log from kazumi_app, kazumi_writer, kazumi_registrar;
grant insert (actor_id, session_id, action, outcome, student_id, resource, request_id) on audit_log
    to kazumi_app, kazumi_writer, kazumi_registrar;
alter table audit_log add constraint audit_log_at_finite check (isfinite(at));
alter table audit_log add constraint audit_log_request_id_length check (char_length(request_id) <= 200) not valid;

-- The chain -------------------------------------------------------------------------------------------------------------

-- Rows that no seal covers yet. A row whose transaction commits late is simply sealed later, whatever its number.
create table audit_waiting (
    audit_id bigint primary key references audit_log,
    since    timestamptz not null default clock_timestamp()
);
insert into audit_waiting (audit_id) select audit_id from audit_log;

-- One link of the chain a row: 1, 2, 3 and so on without a hole. `hash` is what store/audit_seal.rs computes in the named form.
create table audit_seals (
    seal_seq  bigint primary key,
    audit_id  bigint not null references audit_log,
    form      smallint not null default 1,
    hash      bytea not null,
    sealed_at timestamptz not null default now(),
    constraint audit_seals_seal_seq_range check (seal_seq >= 1),
    constraint audit_seals_audit_id_unique unique (audit_id),
    constraint audit_seals_form check (form = 1),
    constraint audit_seals_hash_length check (octet_length(hash) = 32)
);

-- Runs as the owner of the schema, because the roles that add to the log may not write here.
create function queue_for_seal() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.audit_waiting (audit_id) values (new.audit_id);
        return null;
    end $$;
create trigger audit_log_queued after insert on audit_log for each row execute function queue_for_seal();

do $$
declare sealed_table text;
begin
    foreach sealed_table in array array['audit_waiting', 'audit_seals'] loop
        execute format('alter table %I enable row level security', sealed_table);
        execute format('alter table %I force row level security', sealed_table);
        execute format('create policy owner_all on %I to kazumi_owner using (true) with check (true)', sealed_table);
        execute format('create policy backup_read on %I for select to kazumi_backup using (true)', sealed_table);
        execute format('grant select on %I to kazumi_backup', sealed_table);
    end loop;
end $$;

-- The sealer is the writer's role: it reads only what waits, adds links, and forgets what a link covers.
grant select on audit_log, audit_waiting, audit_seals to kazumi_writer;
grant insert (seal_seq, audit_id, hash) on audit_seals to kazumi_writer;
grant delete on audit_waiting to kazumi_writer;
create policy writer_reads_waiting on audit_log for select to kazumi_writer
    using (exists (select 1 from audit_waiting w where w.audit_id = audit_log.audit_id));
create policy writer_read on audit_waiting for select to kazumi_writer using (true);
create policy writer_forgets_sealed on audit_waiting for delete to kazumi_writer
    using (exists (select 1 from audit_seals s where s.audit_id = audit_waiting.audit_id));
create policy writer_read on audit_seals for select to kazumi_writer using (true);
create policy writer_append on audit_seals for insert to kazumi_writer with check (true);

-- Who may see who read: the output of `domain::permission`, beside the other rights ------------------------------------------

alter table grants add column sees_accesses boolean not null default false;
-- What the rules answer for the links of today; `kazumi doctor` compares.
update grants g set sees_accesses = true
where exists (
        select 1 from guardianships u
        where u.user_id = g.user_id and u.student_id = g.student_id and u.can_view
          and u.valid_from = g.valid_from and u.valid_to is not distinct from g.valid_to)
      and not exists (
        select 1 from guardianships u
        where u.user_id = g.user_id and u.student_id = g.student_id and u.judicial_restriction)
   or exists (
        select 1 from staff_functions f
        join students s on s.school_id = f.school_id
        where s.student_id = g.student_id and f.user_id = g.user_id and f.function in ('principal', 'coordinator')
          and f.valid_from = g.valid_from and f.valid_to is not distinct from g.valid_to);

-- As whom somebody read: their functions about this student at that moment. Links change; what was read then does not.
create function reader_ties(person uuid, student uuid, moment timestamptz) returns text[]
    language sql stable set search_path = ''
    as $$
        with about_student as (
            select t.function as tie from public.team_links t
            where t.user_id = person and t.student_id = student
              and t.valid_from <= moment and (t.valid_to is null or moment < t.valid_to)
            union
            select f.function from public.staff_functions f
            join public.students s on s.school_id = f.school_id
            where s.student_id = student and f.user_id = person and f.function in ('principal', 'coordinator')
              and f.valid_from <= moment and (f.valid_to is null or moment < f.valid_to)
            union
            select 'guardian' from public.guardianships g
            where g.user_id = person and g.student_id = student
              and g.valid_from <= moment and (g.valid_to is null or moment < g.valid_to)
        ), anywhere as (
            -- Somebody who was let in without a tie of their own is named by what they do elsewhere.
            select f.function as tie from public.staff_functions f
            where f.user_id = person and f.valid_from <= moment and (f.valid_to is null or moment < f.valid_to)
        )
        select coalesce(
            (select array_agg(tie order by tie) from about_student),
            (select array_agg(distinct tie order by tie) from anywhere),
            '{}')
    $$;

alter table access_log add column reader_ties text[] not null default '{}';
update access_log set reader_ties = reader_ties(user_id, student_id, first_at);

-- Written by the owner of the schema, so that whoever records a read cannot say as whom.
create function note_reader_ties() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        new.reader_ties := public.reader_ties(new.user_id, new.student_id, new.first_at);
        return new;
    end $$;
create trigger access_log_reader before insert on access_log for each row execute function note_reader_ties();
revoke insert on access_log from kazumi_writer;
grant insert (user_id, document_id, slot, student_id) on access_log to kazumi_writer;

create index access_log_newest on access_log (student_id, first_at desc, document_id desc, user_id desc);

-- For the application role: the reads of the students one may ask about …
create policy accesses_seen on access_log for select to kazumi_app
    using (exists (
        select 1 from grants g
        where g.user_id = app_user_id() and g.student_id = access_log.student_id and g.sees_accesses
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
grant select on access_log to kazumi_app;
-- … and the people who did them, also those who have left (the inner query obeys the policy above).
create policy readers_seen on users for select to kazumi_app
    using (exists (select 1 from access_log l where l.user_id = users.user_id));

-- Last, because the lines above still fill in what is written down already. `always`: also for a session that plays the replica.
do $$
declare record_table text;
begin
    foreach record_table in array array['audit_log', 'audit_seals', 'access_log'] loop
        execute format('create trigger never_changed before update or delete on %I
                        for each statement execute function refuse_change()', record_table);
        execute format('create trigger never_emptied before truncate on %I
                        for each statement execute function refuse_change()', record_table);
        execute format('alter table %I enable always trigger never_changed', record_table);
        execute format('alter table %I enable always trigger never_emptied', record_table);
    end loop;
end $$;
