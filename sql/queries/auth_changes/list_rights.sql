-- What is left of the right to be on a socket with a document, for many seats at once.
-- Role: kazumi_writer.
-- $1 int[]: place · $2 uuid[]: person · $3 uuid[]: login session · $4 int[]: version of the credentials · $5 uuid[]: document, or null
-- $6 uuid[]: the lineage of the copy that is open there
-- One row per seat: its place, whether the login session counts, and the right now: 'read', 'write', null, or 'replaced' when
-- the document was replaced.
select i.place, login_session_is_live(i.session_id, i.user_id, i.auth_version) as live, r.access
from unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::uuid[])
    as i (place, user_id, session_id, auth_version, document_id, lineage)
left join lateral (
    select case
               when d.lineage <> i.lineage then 'replaced'
               when bool_or(g.access = 'write') and p.state in ('rascunho', 'em_elaboracao', 'em_reavaliacao') then 'write'
               else 'read'
           end as access
    from pei_documents d
    join peis p using (pei_id)
    join grants g on g.user_id = i.user_id and g.student_id = d.student_id and g.section = d.section
        and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
    where d.document_id = i.document_id
    group by p.state, d.lineage) as r on true
