-- What is old goes (docs/adr/0027): `kazumi retention` removes it as the owner of the schema, and no role that serves requests may.

-- Reads of sections, and copies of whole dossiers, are on record for five years. Until now nobody could remove such a row; now the owner can, in a
-- transaction that says what it is for, one whose time is over, of a child whose record is not held. `domain::retention` is the exact rule; this is
-- the wall behind it, a day wider where a period begins on 29 February. Its argument is the column that the period begins with.
create function refuse_early_deletion() returns trigger
    language plpgsql set search_path = ''
    as $$
    declare since date := ((to_jsonb(old) ->> tg_argv[0])::timestamptz at time zone 'utc')::date;
    begin
        if since + interval '5 years 1 day' > (now() at time zone 'utc')::date
           or exists (select 1 from public.students s where s.student_id = old.student_id and s.held_at is not null) then
            raise exception 'a row of % is kept for five years, and for as long as the record of its child is held', tg_table_name
                using errcode = 'insufficient_privilege';
        end if;
        return old;
    end $$;

drop trigger never_changed on access_log;
drop trigger never_changed on dossiers;
create trigger never_deleted_early before delete on access_log for each row execute function refuse_early_deletion('first_at');
create trigger never_deleted_early before delete on dossiers for each row execute function refuse_early_deletion('taken_at');
do $$
declare record_table text;
begin
    foreach record_table in array array['access_log', 'dossiers'] loop
        execute format('create trigger never_changed before update on %I
                        for each statement execute function refuse_change()', record_table);
        execute format('create trigger never_deleted_by_hand before delete on %I for each statement
                        when (current_setting(''app.retention'', true) is distinct from ''on'' or current_user <> ''kazumi_owner'')
                        execute function refuse_change()', record_table);
        execute format('alter table %I enable always trigger never_changed', record_table);
        execute format('alter table %I enable always trigger never_deleted_by_hand', record_table);
        execute format('alter table %I enable always trigger never_deleted_early', record_table);
    end loop;
end $$;

-- Rows come in the order of time, so a few bytes for each stretch of the table find the old ones.
create index access_log_age on access_log using brin (first_at);
-- Rows put aside are rare; the others never touch this.
create index pei_updates_put_aside on pei_updates (quarantined_at) where quarantined_at is not null;

-- Nothing of a child whose record is held is removed, by a server's own clearing up neither.
grant select (student_id) on invitations to kazumi_writer;
drop policy writer_forgets_ended on invitations;
create policy writer_forgets_ended on invitations for delete to kazumi_writer
    using (coalesce(accepted_at, withdrawn_at, expires_at) < now() - interval '90 days'
        and not exists (select 1 from students s where s.student_id = invitations.student_id and s.held_at is not null));
