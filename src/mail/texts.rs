//! What the mails say: short, plain Portuguese, and nothing about a child: no name, no school. The address of the server is filled in when a
//! mail leaves. A link carries its secret behind `#`, which browsers send to nobody, so that it is in no log.

use time::Duration;

use crate::store::outbox::{Letter, MailKind};

/// Stands for the server's address in a text.
pub(super) const ORIGIN: &str = "{origin}";

/// Somebody is invited; the secret is good for a week.
#[must_use]
pub fn invitation(recipient: String, token: &str) -> Letter {
    let body = format!(
        "Olá!\n\nVocê recebeu um convite para entrar no Kazumi, onde a escola e a família escrevem juntas o plano de ensino (PEI).\n\n\
         Para aceitar, abra este endereço:\n\n{ORIGIN}/convite#{token}\n\n\
         O convite vale por 7 dias e só pode ser usado uma vez. Não repasse este e-mail.\n\
         Se você não esperava este convite, não precisa fazer nada.\n"
    );
    letter(MailKind::Invitation, recipient, "Seu convite para o Kazumi", body, Duration::days(7))
}

/// Somebody asked for a new password; the secret is good for half an hour.
#[must_use]
pub fn reset(recipient: String, token: &str) -> Letter {
    let body = format!(
        "Olá!\n\nAlguém pediu uma nova senha para a sua conta no Kazumi.\n\n\
         Se foi você, abra este endereço e escolha a nova senha:\n\n{ORIGIN}/redefinir#{token}\n\n\
         O endereço vale por 30 minutos e só pode ser usado uma vez.\n\
         Se não foi você, não precisa fazer nada: a sua senha continua a mesma.\n"
    );
    letter(MailKind::Reset, recipient, "Nova senha no Kazumi", body, Duration::minutes(30))
}

/// Somebody opened the record of a child in an emergency. Who, which child and why is told inside.
#[must_use]
pub fn emergency(recipient: String) -> Letter {
    let body = format!(
        "Olá!\n\nAlguém da rede de ensino abriu agora, em uma emergência, os registros de um estudante que você acompanha no Kazumi.\n\n\
         A pessoa escreveu o motivo, só pode ler, e o acesso acaba sozinho em até uma hora.\n\n\
         Entre no Kazumi e abra \"Quem viu\" para saber quem foi e por quê:\n\n{ORIGIN}/\n\n\
         Se você acha que isso não devia ter acontecido, fale com a direção da escola.\n"
    );
    letter(MailKind::Emergency, recipient, "Acesso de emergência no Kazumi", body, Duration::days(3))
}

/// A password was changed.
#[must_use]
pub fn password_changed(recipient: String) -> Letter {
    let body = format!(
        "Olá!\n\nA senha da sua conta no Kazumi foi trocada agora.\n\n\
         Se foi você, está tudo certo.\n\
         Se não foi você, peça uma nova senha em {ORIGIN}/esqueci e avise a coordenação da escola.\n"
    );
    letter(MailKind::PasswordChanged, recipient, "Sua senha do Kazumi foi trocada", body, Duration::days(1))
}

fn letter(kind: MailKind, recipient: String, subject: &str, body: String, useful_for: Duration) -> Letter {
    Letter { kind, recipient, subject: subject.to_owned(), body, useful_for }
}
