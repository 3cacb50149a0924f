-- Takes the second factor from somebody who lost it, and ends their sessions: whoever signs in next sets up a new one where one is needed.
-- Role: kazumi_owner.
-- $1 text: e-mail in lower case. One row with the person, or none for an unknown address.
with person as (select user_id from credentials where email = $1),
     codes as (delete from recovery_codes where user_id in (select user_id from person)),
     factor as (delete from second_factors where user_id in (select user_id from person)),
     sessions as (
         update login_sessions set revoked_at = now(), revoked_why = 'administrator'
         where user_id in (select user_id from person) and revoked_at is null)
select user_id from person
