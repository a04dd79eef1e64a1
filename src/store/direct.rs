//! The HTTP client below everything that is asked here with a secret: it goes where it is sent, and nowhere else.
//!
//! object_store's own client follows up to ten redirections and cannot be told not to (0.13, `ClientOptions`). What
//! reqwest takes off on the way to another host is four headers by their names; the body of a POST, a session's token, a
//! webhook's key and, as `Referer`, a URL with its signature go along.

use object_store::client::{HttpClient, HttpConnector};
use object_store::{ClientConfigKey, ClientOptions};
use std::time::Duration;

/// Where nobody says how long: object_store's own.
const CONNECT: Duration = Duration::from_secs(5);

/// Makes clients that answer with a redirection as they answer with any other status. Of the options it looks at those that
/// are set here: HTTP, and the time to connect in. Proxies are the environment's, roots of trust the system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct DirectConnector;

impl HttpConnector for DirectConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allow_http = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|text| text == "true");
        let connect = options.get_config_value(&ClientConfigKey::ConnectTimeout);
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(connect.as_deref().and_then(duration).unwrap_or(CONNECT))
            // Not negotiated with each server: of many files at once the one connection is the slower way.
            .http1_only()
            // An unpacked body has another length and another checksum than what is stored.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .https_only(!allow_http)
            .build();
        let client = client.map_err(|error| object_store::Error::Generic { store: "HTTP", source: error.into() })?;
        Ok(HttpClient::new(client))
    }
}

/// `10s`, `200ms` or `1m 30s`, as object_store writes a time.
fn duration(text: &str) -> Option<Duration> {
    let part = |part: &str| {
        let (number, unit) = part.split_at(part.find(|sign: char| !sign.is_ascii_digit())?);
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(milliseconds).map(Duration::from_millis)
    };
    text.split_whitespace().map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Patience;

    #[test]
    fn the_time_to_connect_in_is_read_back() {
        for patience in [Patience::default(), Patience::short()] {
            let options = ClientOptions::new().with_connect_timeout(patience.connect());
            let text = options.get_config_value(&ClientConfigKey::ConnectTimeout).unwrap();
            assert_eq!(duration(&text), Some(patience.connect()), "{text}");
        }
        assert_eq!(duration("1m 30s"), Some(Duration::from_secs(90)));
        assert_eq!(duration("1month"), None);
    }
}
