//! Counts what is compared and hashed, for tests: that work grows with the size of a token and no faster
//! is counted, never timed. Outside of tests nothing is counted.

#[cfg(not(test))]
pub(super) const fn step() {}

#[cfg(not(test))]
pub(super) const fn hash() {}

#[cfg(test)]
pub(super) use counted::{hash, step};

#[cfg(test)]
mod counted {
    use core::cell::Cell;

    thread_local! {
        static STEPS: Cell<u64> = const { Cell::new(0) };
        static HASHES: Cell<u64> = const { Cell::new(0) };
    }

    pub(in crate::sd_cwt) fn step() {
        STEPS.with(|steps| steps.set(steps.get() + 1));
    }

    pub(in crate::sd_cwt) fn hash() {
        HASHES.with(|hashes| hashes.set(hashes.get() + 1));
    }

    /// Steps and hashes of `work`.
    pub(super) fn of<T>(work: impl FnOnce() -> T) -> (T, u64, u64) {
        let before = (STEPS.get(), HASHES.get());
        let result = work();
        (result, STEPS.get() - before.0, HASHES.get() - before.1)
    }
}

#[cfg(test)]
mod tests {
    use super::counted::of;
    use crate::numbers::{cbor, claim, confirmation};
    use crate::sd_cwt::issue::issue_unread;
    use crate::sd_cwt::{
        Expected, IssuerName, KeyBinding, KeyBoundToken, MyKeys, Nonce, Receiving, Scratch, SdCwt, receive,
        select, verify,
    };
    use crate::time::UnixTime;
    use geleit_cose::algorithm::{Algorithm, Algorithms};
    use geleit_cose::cbor::{Encoder, Encoding, Limits, Value};
    use geleit_cose::key::SigningKey;
    use geleit_testkit::FixedRng;

    const LIMITS: Limits =
        Limits { max_bytes: 1 << 24, max_items: 1 << 20, max_disclosures: 20_000, ..Limits::TOKEN };
    const NOW: UnixTime = UnixTime(1_000);
    const AUDIENCE: &str = "https://verifier.example";

    fn key() -> SigningKey {
        SigningKey::ed25519_from_seed(&[7; 32])
    }

    fn hidden(value: Value) -> Value {
        Value::Tag(cbor::TO_BE_REDACTED, Box::new(value))
    }

    /// A credential with one claim of this value.
    fn issued(value: Value) -> Vec<u8> {
        let key = key();
        let cose_key = Value::decode(&key.public_key().to_cose_key(), &LIMITS, Encoding::Tolerant).unwrap();
        let claims = Value::Map(vec![
            (Value::int(claim::ISS), Value::text("https://issuer.example")),
            (Value::int(claim::SUB), Value::text("somebody")),
            (Value::int(claim::CNF), Value::Map(vec![(Value::int(confirmation::COSE_KEY), cose_key)])),
            (Value::text("many"), value),
        ]);
        issue_unread(&claims, b"kid", &key, Algorithm::ED25519, &mut FixedRng::new("many")).unwrap()
    }

    /// Steps of a holder who receives, and of a verifier to whom nothing or everything is shown.
    fn steps(value: Value, disclosures: usize) -> [u64; 3] {
        let (bytes, key) = (issued(value), key());
        let keys = [key.public_key().clone()];
        let receiving = Receiving {
            keys: MyKeys::OneOf(&keys),
            audiences: &[],
            nonces: &[],
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let token = SdCwt::parse(&bytes, &LIMITS, Encoding::Tolerant).unwrap();
        let mut scratch = Scratch::default();
        let (received, holder, hashes) =
            of(|| receive(&token, key.public_key(), &receiving, &mut scratch).unwrap());
        assert_eq!(hashes, u64::try_from(disclosures).unwrap(), "each disclosure is hashed once");
        let nothing = select(&received, |_| false).unwrap().to_bytes();
        let verifier = [nothing, bytes.clone()].map(|shown| {
            let binding =
                KeyBinding { audience: AUDIENCE, nonce: Nonce::NoneAsked, issued_at: NOW, more: &[] };
            let write = |out: &mut Encoder| {
                out.raw(&shown);
            };
            let shown = binding.sign(shown.len(), write, &key, Algorithm::ED25519).unwrap();
            let token = KeyBoundToken::parse(&shown, &LIMITS, Encoding::Tolerant).unwrap();
            let expected = Expected {
                audiences: &[AUDIENCE],
                nonce: Nonce::NoneAsked,
                now: NOW,
                algorithms: Algorithms::ED25519,
                issuer: IssuerName::DangerousWhateverTheKeySigns,
            };
            let mut scratch = Scratch::default();
            let work = || verify(&token, key.public_key(), &expected, &mut scratch).map(drop).unwrap();
            of(work).1
        });
        [holder, verifier[0], verifier[1]]
    }

    fn list(elements: usize) -> Value {
        Value::Array((0..elements).map(|_| hidden(Value::Bool(true))).collect())
    }

    fn map(entries: usize) -> Value {
        let key = |number: usize| hidden(Value::Uint(u64::try_from(number).unwrap()));
        Value::Map((0..entries).map(|number| (key(number), Value::Bool(true))).collect())
    }

    fn groups(groups: usize, members: usize) -> Value {
        let key = |number: usize| hidden(Value::Uint(u64::try_from(number).unwrap()));
        Value::Map((0..groups).map(|number| (key(number), map(members))).collect())
    }

    /// Ten thousand disclosures: twice as many of them take a little more than twice the steps.
    #[test]
    fn work_does_not_grow_with_the_square() {
        let shapes = [
            [(list(5_000), 5_000), (list(10_000), 10_000)],
            [(map(1_500), 1_500), (map(3_000), 3_000)],
            [(groups(50, 99), 5_000), (groups(100, 99), 10_000)],
            [(groups(10, 499), 5_000), (groups(20, 499), 10_000)],
        ];
        for [(half, few), (whole, many)] in shapes {
            let (half, whole) = (steps(half, few), steps(whole, many));
            for (half, whole) in half.into_iter().zip(whole) {
                assert!(whole * 10 < half * 24, "{few}: {half} steps, {many}: {whole} steps");
                assert!(whole < u64::try_from(many).unwrap() * 200, "{many}: {whole} steps");
            }
            println!("{many} disclosures: {whole:?} steps");
        }
    }
}
