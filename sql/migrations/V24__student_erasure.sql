-- Erasing a whole student: what no duty keeps goes, what stays loses its words, and nothing comes back (docs/adr/0024). Run on the server
-- (`kazumi student erase`), never by a request.

-- Rows that stay point to the student: its row stays as a stone that says nothing about the child.
alter table students
    add column erased_at timestamptz,
    add constraint students_erased check (
        erased_at is null
        or name = '(apagado)' and num_nonnulls(class_id, birth_date, left_on, held_at, held_reason) = 0);

-- Nobody administers a stone. What hangs on it is hidden with it: the registrar's other policies ask this one.
drop policy registrar_students on students;
create policy registrar_students on students to kazumi_registrar
    using (erased_at is null and school_id in (select administered_schools(app_user_id())))
    with check (erased_at is null and school_id in (select administered_schools(app_user_id())));

-- Documents ------------------------------------------------------------------------------------------------------------------------

-- The row of a document goes with its plan: then its foreign keys refuse whatever a journal, a compaction or a room still has in hand. The
-- record of reads keeps its id all the same, and this keeps which section that was.
create table erased_documents (
    document_id uuid primary key,
    student_id  uuid not null references students,
    section     text not null,
    erased_at   timestamptz not null default now()
);
alter table erased_documents enable row level security;
alter table erased_documents force row level security;
create policy owner_all on erased_documents to kazumi_owner using (true) with check (true);
create policy backup_read on erased_documents for select to kazumi_backup using (true);
grant select on erased_documents to kazumi_backup;

alter table access_log drop constraint access_log_document_id_fkey;

-- Nothing is added about an erased student ---------------------------------------------------------------------------------------------

-- A request that was allowed a moment before the erasure may arrive a moment after it: the foreign key alone would let it in, because the
-- stone is there. Waits for an erasure under way, then looks again. `no_data_found` reads as "not found" (store/error.rs).
create function refuse_for_erased() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        perform from public.students s
        where s.student_id in (select a.student_id from added a)
        order by s.student_id
        for key share;
        if exists (
            select from public.students s
            where s.student_id in (select a.student_id from added a) and s.erased_at is not null)
        then
            raise exception 'this student was erased' using errcode = 'no_data_found';
        end if;
        return null;
    end $$;

do $$
declare child_table text;
begin
    foreach child_table in array array[
        'team_links', 'guardianships', 'grants', 'peis', 'pei_documents', 'access_log', 'break_glass', 'consents', 'corrections',
        'invitations', 'dossiers', 'erased_documents']
    loop
        execute format('create trigger not_for_erased after insert on %I referencing new table as added
                        for each statement execute function refuse_for_erased()', child_table);
    end loop;
end $$;

-- The planner's samples ----------------------------------------------------------------------------------------------------------------

-- Statistics keep values of columns, and outlive the rows they were taken from. Of words about a child, and of bytes that hold such words,
-- none are taken from now on; no plan needs them. Restating a column's type drops the samples that are there: the owner of a table has
-- no other way to.
drop trigger never_changed on break_glass;
drop policy writer_archives_copies on pei_updates_archive;
do $$
declare sampled record;
begin
    for sampled in
        select * from (values
            ('students', 'name', 'text'), ('students', 'birth_date', 'date'), ('students', 'left_on', 'date'),
            ('students', 'held_reason', 'text'), ('guardianships', 'kinship', 'text'), ('corrections', 'wrong', 'text'),
            ('corrections', 'should_say', 'text'), ('corrections', 'answer', 'text'), ('break_glass', 'reason', 'text'),
            ('consents', 'evidence', 'text'), ('invitations', 'name', 'text'), ('invitations', 'email', 'text'),
            ('invitations', 'kinship', 'text'), ('outbox', 'recipient', 'text'), ('outbox', 'subject', 'text'),
            ('outbox', 'body', 'text'), ('pei_updates', 'payload', 'bytea'), ('pei_updates_archive', 'payload', 'bytea'),
            ('pei_snapshots', 'state', 'bytea')) as columns (table_name, column_name, type_name)
    loop
        execute format('alter table %I alter column %I type %s, alter column %2$I set statistics 0',
                       sampled.table_name, sampled.column_name, sampled.type_name);
    end loop;
end $$;
-- As they were, in V16 and V7.
create trigger never_changed before update on break_glass for each row
    when (old.ended_at is not null and new.ended_at is distinct from old.ended_at
          or (old.break_glass_id, old.student_id, old.user_id, old.acted_as, old.opened_at, old.valid_to)
             is distinct from (new.break_glass_id, new.student_id, new.user_id, new.acted_as, new.opened_at, new.valid_to)
          or new.reason is distinct from old.reason and new.reason is not null)
    execute function refuse_change();
alter table break_glass enable always trigger never_changed;
create policy writer_archives_copies on pei_updates_archive for insert to kazumi_writer
    with check (exists (
        select 1 from pei_updates u
        where u.document_id = pei_updates_archive.document_id and u.seq = pei_updates_archive.seq
          and u.author_id = pei_updates_archive.author_id and u.payload = pei_updates_archive.payload
          and u.sha256 = pei_updates_archive.sha256 and u.created_at = pei_updates_archive.created_at));
