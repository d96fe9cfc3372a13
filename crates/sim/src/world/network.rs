//! The network: what is away, and how long messages take on the virtual clock.

use crate::scenario::Service;
use geleit_credential::time::UnixTime;

/// Windows in which something is away.
#[derive(Clone, Debug, Default)]
pub struct Network {
    outages: Vec<(Service, UnixTime, UnixTime)>,
}

/// How a link behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Time of one message there and one back without content, in milliseconds.
    pub round_trip_ms: u32,
    /// Bytes that go over it in a second.
    pub bytes_per_s: u32,
}

/// Between two phones, or a phone and a desk: assumed figures of a short-range link
/// (`spec/populations/README.md`, "Time and bytes").
pub const LOCAL: Link = Link { round_trip_ms: 40, bytes_per_s: 50_000 };

impl Link {
    /// Time of an exchange with so many bytes in all, in milliseconds.
    #[must_use]
    pub fn exchange_ms(&self, bytes: u32) -> u32 {
        let transfer = u64::from(bytes).saturating_mul(1_000) / u64::from(self.bytes_per_s.max(1));
        self.round_trip_ms.saturating_add(u32::try_from(transfer).unwrap_or(u32::MAX))
    }
}

impl Network {
    /// Something is away for some seconds.
    pub fn cut(&mut self, service: Service, from: UnixTime, seconds: i64) {
        self.outages.push((service, from, from.plus(seconds)));
    }

    /// Whether it answers.
    #[must_use]
    pub fn is_up(&self, service: Service, now: UnixTime) -> bool {
        let reached = |away: Service| match service {
            Service::Network => away == Service::Network,
            Service::LookUp | Service::StatusService => away == service || away == Service::Network,
        };
        !self.outages.iter().any(|(away, from, until)| reached(*away) && *from <= now && now < *until)
    }
}
