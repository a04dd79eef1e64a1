//! The command with which an owner looks at a finding's resource before touching it.
//!
//! A waste rule gives one per provider, in `[look]` of its header, with placeholders in braces. Where
//! the resources of a rule are of several services, each with a command of its own, the key may name
//! the service too, as the resource's ARN does: `"AWS rds" = "aws rds describe-…"`. It only ever
//! looks: what it prints decides.

use super::Query;

/// What a command may say of the resource: `{ResourceId}`, `{RegionId}`, `{SubAccountId}`, and
/// `{ResourceShortId}`, which is the last part of the id: `nat-0ab1` of
/// `arn:aws:ec2:eu-west-1:012345678901:natgateway/nat-0ab1`, for commands that take no ARN.
pub const PLACES: [&str; 4] = ["ResourceId", "ResourceShortId", "RegionId", "SubAccountId"];

/// The resource that a command is made for; an empty text where the charge has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource<'a> {
    pub id: &'a str,
    pub region: &'a str,
    pub sub_account: &'a str,
}

impl Query {
    /// The command of `provider` for a resource; `None` where the rule has none, or where it needs
    /// what the charge does not say. Values are quoted for a POSIX shell.
    pub fn look_at(&self, provider: &str, resource: Resource) -> Option<String> {
        let of_service = resource.service().and_then(|service| self.look.get(&format!("{provider} {service}")));
        let template = of_service.or_else(|| self.look.get(provider))?;
        let mut command = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            command.push_str(before);
            command.push_str(&quoted(resource.value(name).filter(|value| !value.is_empty())?));
            rest = after;
        }
        command.push_str(rest);
        Some(command)
    }
}

impl<'a> Resource<'a> {
    /// The third part of an ARN: `rds` of `arn:aws:rds:eu-west-1:012345678901:ri:ri-1`.
    fn service(&self) -> Option<&'a str> {
        self.id.strip_prefix("arn:")?.split(':').nth(1).filter(|service| !service.is_empty())
    }

    fn value(&self, place: &str) -> Option<&'a str> {
        match place {
            "ResourceId" => Some(self.id),
            "ResourceShortId" => self.id.rsplit(['/', ':']).next(),
            "RegionId" => Some(self.region),
            "SubAccountId" => Some(self.sub_account),
            _ => None,
        }
    }
}

/// What is wrong with a command; `None` when nothing is.
pub(super) fn refused(template: &str) -> Option<String> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { return Some("has a `{` without its `}`".into()) };
        if !PLACES.contains(&name) {
            return Some(format!("has `{{{name}}}`, which is none of {}", PLACES.join(", ")));
        }
        // The value brings its own quotes.
        if before.ends_with(['\'', '"']) {
            return Some(format!("quotes `{{{name}}}`, which is quoted already"));
        }
        rest = after;
    }
    rest.contains('}').then(|| "has a `}` without its `{`".into())
}

/// As one word of a POSIX shell.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    match value.chars().all(plain) {
        true => value.into(),
        false => format!("'{}'", value.replace('\'', "'\\''")),
    }
}
