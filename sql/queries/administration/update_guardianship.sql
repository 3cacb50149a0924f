-- Changes a guardianship; null leaves as it is.
-- Role: kazumi_registrar.
-- $1 uuid: guardianship; $2 text: kinship; $3 text: custody; $4 boolean: may see; $5 boolean: may write; $6 boolean: a court forbids
-- access; $7 timestamptz: end. No rows.
update guardianships
set kinship = coalesce($2, kinship), custody = coalesce($3, custody), can_view = coalesce($4, can_view),
    can_write = coalesce($5, can_write), judicial_restriction = coalesce($6, judicial_restriction),
    valid_to = case when $7::timestamptz is null then valid_to else greatest($7, valid_from) end, version = version + 1
where guardianship_id = $1
