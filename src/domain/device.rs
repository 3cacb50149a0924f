//! What a person is told about a device, from what its browser calls itself. Two words of closed lists: enough to recognise one's own
//! telephone, too little to recognise anybody.

use super::people::named;

named!(
    /// The browser.
    Browser, "browser" {
        /// Chrome or Chromium.
        Chrome = "chrome",
        /// Firefox.
        Firefox = "firefox",
        /// Safari.
        Safari = "safari",
        /// Edge.
        Edge = "edge",
        /// Samsung Internet.
        Samsung = "samsung",
        /// Opera.
        Opera = "opera",
        /// Anything else.
        Other = "other",
    }
);

named!(
    /// The system it runs on.
    System, "system" {
        /// A telephone with Android.
        AndroidPhone = "android_phone",
        /// A tablet with Android.
        AndroidTablet = "android_tablet",
        /// iPhone.
        Iphone = "iphone",
        /// iPad.
        Ipad = "ipad",
        /// Windows.
        Windows = "windows",
        /// macOS.
        Mac = "mac",
        /// ChromeOS.
        Chromebook = "chromebook",
        /// Linux.
        Linux = "linux",
        /// Anything else.
        Other = "other",
    }
);

/// Characters that are looked at; real ones have fewer than 300.
const LOOKED_AT: usize = 512;

/// Reads a `User-Agent`. Browsers name each other, so the order of the questions matters: the one that hides behind the most names first.
#[must_use]
pub fn describe(user_agent: &str) -> (Browser, System) {
    let text: String = user_agent.chars().take(LOOKED_AT).collect();
    let has = |word: &str| text.contains(word);
    let browser = if has("Edg/") || has("EdgA/") || has("EdgiOS/") {
        Browser::Edge
    } else if has("OPR/") || has("Opera") {
        Browser::Opera
    } else if has("SamsungBrowser/") {
        Browser::Samsung
    } else if has("Firefox/") || has("FxiOS/") {
        Browser::Firefox
    } else if has("Chrome/") || has("CriOS/") {
        Browser::Chrome
    } else if has("Safari/") && has("Version/") {
        Browser::Safari
    } else {
        Browser::Other
    };
    let system = if has("Android") {
        if has("Mobile") { System::AndroidPhone } else { System::AndroidTablet }
    } else if has("iPhone") {
        System::Iphone
    } else if has("iPad") {
        System::Ipad
    } else if has("CrOS") {
        System::Chromebook
    } else if has("Windows") {
        System::Windows
    } else if has("Macintosh") {
        System::Mac
    } else if has("Linux") {
        System::Linux
    } else {
        System::Other
    };
    (browser, system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_of_a_school_are_told_apart() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (text, expected) in [
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/131.0.0.0 Safari/537.36"),
                (Browser::Chrome, System::Windows),
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"),
                (Browser::Edge, System::Windows),
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/131.0.0.0 Mobile Safari/537.36"),
                (Browser::Chrome, System::AndroidPhone),
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 13; SM-X200) {webkit} SamsungBrowser/27.0 Chrome/125.0 Safari/537.36"),
                (Browser::Samsung, System::AndroidTablet),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Version/18.1 Mobile/15E148 Safari/604.1"
                    .to_owned(),
                (Browser::Safari, System::Iphone),
            ),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0".to_owned(),
                (Browser::Firefox, System::Linux),
            ),
            (
                format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/131.0.0.0 Safari/537.36"),
                (Browser::Chrome, System::Chromebook),
            ),
        ] {
            assert_eq!(describe(&text), expected, "{text}");
        }
    }

    #[test]
    fn anything_else_is_something_else() {
        for text in ["", "curl/8.5.0", "\u{fffd}", &"Chrom".repeat(10_000)] {
            assert_eq!(describe(text), (Browser::Other, System::Other));
        }
    }
}
