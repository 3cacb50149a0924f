-- A new invitation into a school that the inviter administers; for any other there is no such school.
-- Role: kazumi_registrar, acting for the inviter.
-- $1 uuid: invitation; $2 uuid: school; $3 text: kind; $4 text: name; $5 text: e-mail in lower case or null; $6 text: function or null;
-- $7 uuid: student or null; $8 text: function in the team or null; $9 text: kinship or null; $10 text: custody or null;
-- $11 boolean: may write, or null; $12 uuid: inviter; $13 text: the inviter's function; $14 bytea: hash of the secret;
-- $15 text: what finds a printed code, or null. One row, or none: its end and the school's name.
insert into invitations (
    invitation_id, network_id, school_id, kind, name, email, function, student_id, team_function, kinship, custody, can_write,
    inviter_id, inviter_function, secret_hash, code_locator)
select $1, s.network_id, s.school_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
from schools s
where s.school_id = $2
returning expires_at
