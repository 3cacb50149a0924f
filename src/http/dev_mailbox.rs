//! The mailbox page of `kazumi dev`. `app` registers it for that command alone; a server has no such address.

use std::fmt::Write;
use std::sync::Arc;

use actix_web::{HttpResponse, web};

use crate::mail::mailbox::{Mailbox, Received};

/// Registers the page, and the same as JSON for tests.
pub fn routes(mailbox: Arc<Mailbox>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config.app_data(web::Data::from(mailbox));
        config.route("/dev/mailbox", web::get().to(page)).route("/dev/mailbox.json", web::get().to(list));
    }
}

async fn list(mailbox: web::Data<Mailbox>) -> web::Json<Vec<Received>> {
    web::Json(mailbox.mails())
}

async fn page(mailbox: web::Data<Mailbox>) -> HttpResponse {
    let mut html = "<!doctype html><html lang=\"pt-BR\"><meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width\"><title>E-mails · Kazumi dev</title>\
        <style>body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}\
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #888;border-radius:.5rem;padding:1rem}</style>\
        <h1>E-mails desta máquina</h1>"
        .to_owned();
    let mails = mailbox.mails();
    if mails.is_empty() {
        html.push_str("<p>Nenhum e-mail ainda.</p>");
    }
    for mail in mails {
        // Writing into a string cannot fail.
        let _ = write!(html, "<h2>{}</h2><p>Para {}</p><pre>", escape(&mail.subject), escape(&mail.to));
        for line in mail.text.lines() {
            let text = escape(line);
            let _ = if line.starts_with("http") {
                writeln!(html, "<a href=\"{text}\">{text}</a>")
            } else {
                writeln!(html, "{text}")
            };
        }
        html.push_str("</pre>");
    }
    HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(("cache-control", "no-store")).body(html)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_a_mail_says_is_text_and_not_a_page() {
        assert_eq!(escape("<a href=\"x\">&</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
    }
}
