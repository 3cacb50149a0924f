-- Whether an access token's session still counts: not ended, not past its time, credentials unchanged, account open.
-- Role: kazumi_app, acting for that person. Asked with every request, and by each socket: three primary keys.
-- $1 uuid: session; $2 uuid: person; $3 integer: version of the credentials. One row.
select exists (
    select 1
    from login_sessions s
    join credentials c on c.user_id = s.user_id
    join users u on u.user_id = s.user_id
    where s.session_id = $1
      and s.user_id = $2
      and s.revoked_at is null
      and s.expires_at > now()
      and c.auth_version = $3
      and u.disabled_at is null
) as live
