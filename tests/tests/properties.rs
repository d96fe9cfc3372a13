//! Properties that hold for every claim, every choice and every holder.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_cose::algorithm::{Algorithm, Algorithms};
use geleit_cose::cbor::{Encoding, Limits, Value};
use geleit_cose::key::SigningKey;
use geleit_credential::holder::{Consent, DisclosureLedger, answer};
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S};
use geleit_credential::numbers::cbor;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::{Profile, Purposes};
use geleit_credential::schema::{ClaimSet, Kind, TYPES};
use geleit_credential::scope::{Necessity, Scope, ScopeEntry, ScopedClaim};
use geleit_credential::sd_cwt::{
    Expected, IssuerName, KeyBinding, KeyBoundToken, MyKeys, Nonce, ReceivedToken, Receiving, Scratch, SdCwt,
    bind_encoded, issue, receive, select, verify,
};
use geleit_credential::status_list::StatusReference;
use geleit_credential::time::UnixTime;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_testkit::forge::{self, Envelope, Hidden, Node};
use geleit_testkit::world::CREDENTIAL_LIST;
use geleit_testkit::world::{self, NOW, WalletState};
use geleit_testkit::{FixedRng, World, people};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::Index;

const AUDIENCE: &str = "https://verifier.example";
const NONCE: &[u8] = b"sixteen byte nonce";

/// A claim before issuance: a value, and which parts of it are redacted.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(Value),
    /// Keys are unique; a mark says that the entry is redacted; the number is of decoys.
    Map(Vec<(Value, bool, Self)>, u8),
    Array(Vec<(bool, Self)>, u8),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Value::Uint),
        any::<u64>().prop_map(Value::Nint),
        vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        "\\PC{0,20}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_filter("NaN differs from itself", |n| !n.is_nan()).prop_map(Value::Float),
        Just(Value::Null),
        Just(Value::Tag(0, Box::new(Value::text("2026-11-23T09:00:00Z")))),
    ];
    leaf.prop_map(Tree::Leaf).prop_recursive(4, 40, 6, |inner| {
        let map = (vec((key(), any::<bool>(), inner.clone()), 0..6), 0..3_u8);
        let array = (vec((any::<bool>(), inner), 0..6), 0..3_u8);
        prop_oneof![
            map.prop_map(|(entries, decoys)| Tree::Map(distinct(entries), decoys)),
            array.prop_map(|(elements, decoys)| Tree::Array(elements, decoys)),
        ]
    })
}

fn key() -> impl Strategy<Value = Value> {
    // At the top level the registered claims have the numbers below 100.
    prop_oneof![(100..1_000_000_i64).prop_map(Value::int), "[a-z]{1,12}".prop_map(Value::Text)]
}

fn distinct(entries: Vec<(Value, bool, Tree)>) -> Vec<(Value, bool, Tree)> {
    let mut kept: Vec<(Value, bool, Tree)> = Vec::new();
    for entry in entries {
        if kept.iter().all(|(key, ..)| *key != entry.0) {
            kept.push(entry);
        }
    }
    kept
}

/// Entries of the top level beside the registered claims.
fn claims() -> impl Strategy<Value = Vec<(Value, bool, Tree)>> {
    vec((key(), any::<bool>(), tree()), 0..5).prop_map(distinct)
}

/// Numbers decoys through the whole token.
#[derive(Default)]
struct Marked {
    decoys: u64,
    disclosures: usize,
}

impl Marked {
    fn decoy(&mut self) -> Value {
        self.decoys += 1;
        self.disclosures += 1;
        Value::Tag(cbor::TO_BE_DECOY, Box::new(Value::Uint(self.decoys)))
    }

    fn mark(&mut self, redacted: bool, value: Value) -> Value {
        self.disclosures += usize::from(redacted);
        if redacted { Value::Tag(cbor::TO_BE_REDACTED, Box::new(value)) } else { value }
    }

    /// The value with marks, as the issuer gets it.
    fn value(&mut self, tree: &Tree) -> Value {
        match tree {
            Tree::Leaf(value) => value.clone(),
            Tree::Map(entries, decoys) => {
                let mut map = self.entries(entries);
                map.extend((0..*decoys).map(|_| (self.decoy(), Value::Null)));
                Value::Map(map)
            }
            Tree::Array(elements, decoys) => {
                let mut array: Vec<Value> = elements
                    .iter()
                    .map(|(redacted, tree)| {
                        let value = self.value(tree);
                        self.mark(*redacted, value)
                    })
                    .collect();
                array.extend((0..*decoys).map(|_| self.decoy()));
                Value::Array(array)
            }
        }
    }

    fn entries(&mut self, entries: &[(Value, bool, Tree)]) -> Vec<(Value, Value)> {
        let mut entry = |(key, redacted, tree): &(Value, bool, Tree)| {
            let value = self.value(tree);
            (self.mark(*redacted, key.clone()), value)
        };
        entries.iter().map(&mut entry).collect()
    }
}

/// The value without marks: what was claimed.
fn plain(tree: &Tree) -> Value {
    match tree {
        Tree::Leaf(value) => value.clone(),
        Tree::Map(entries, _) => Value::Map(plain_entries(entries)),
        Tree::Array(elements, _) => Value::Array(elements.iter().map(|(_, tree)| plain(tree)).collect()),
    }
}

fn plain_entries(entries: &[(Value, bool, Tree)]) -> Vec<(Value, Value)> {
    entries.iter().map(|(key, _, tree)| (key.clone(), plain(tree))).collect()
}

fn registered(holder: &SigningKey) -> Vec<(Value, Value)> {
    let key = holder.public_key().to_cose_key();
    let key = Value::decode(&key, &Limits::TOKEN, Encoding::Deterministic).unwrap();
    vec![
        (Value::int(1), Value::text("https://issuer.example")),
        (Value::int(2), Value::text("urn:example:subject:1")),
        (Value::int(4), Value::int(NOW.plus(86_400).0)),
        (Value::int(6), Value::int(NOW.0)),
        (Value::int(8), Value::Map(vec![(Value::int(1), key)])),
    ]
}

/// What an issuer signed, and what was claimed.
struct Issued {
    issuer: SigningKey,
    holder: SigningKey,
    bytes: Vec<u8>,
    /// In deterministic encoding.
    claimed: Vec<u8>,
    disclosures: usize,
    draws: u64,
}

fn issued(entries: &[(Value, bool, Tree)]) -> Issued {
    let (issuer, holder) = (world::key("issuer"), world::key("holder"));
    let mut marked = Marked::default();
    let mut preissued = registered(&holder);
    preissued.extend(marked.entries(entries));
    let mut rng = FixedRng::new("properties");
    let bytes = issue(&Value::Map(preissued), b"kid", &issuer, Algorithm::ED25519, &mut rng).unwrap();
    let mut claimed = registered(&holder);
    claimed.extend(plain_entries(entries));
    let claimed = Value::Map(claimed).encode();
    Issued { issuer, holder, bytes, claimed, disclosures: marked.disclosures, draws: rng.draws() }
}

impl Issued {
    /// Receives the credential and does something with it.
    fn received<T>(&self, then: impl FnOnce(&ReceivedToken<'_, '_>) -> T) -> T {
        let token = SdCwt::parse(&self.bytes, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        let receiving = Receiving {
            keys: MyKeys::OneOf(core::slice::from_ref(self.holder.public_key())),
            audiences: &[],
            nonces: &[],
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly("https://issuer.example"),
        };
        let mut scratch = Scratch::default();
        then(&receive(&token, self.issuer.public_key(), &receiving, &mut scratch).unwrap())
    }

    fn bind(&self, credential: &[u8]) -> Vec<u8> {
        let binding =
            KeyBinding { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), issued_at: NOW, more: &[] };
        bind_encoded(credential, &binding, &self.holder, Algorithm::ED25519).unwrap()
    }

    /// The claims that a verifier gets, in deterministic encoding.
    fn verified(&self, token: &[u8]) -> Vec<u8> {
        let expected = Expected {
            audiences: &[AUDIENCE],
            nonce: Nonce::Exactly(NONCE),
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::Exactly("https://issuer.example"),
        };
        let token = KeyBoundToken::parse(token, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        let mut scratch = Scratch::default();
        let verified = verify(&token, self.issuer.public_key(), &expected, &mut scratch).unwrap();
        verified.claims().to_value().encode()
    }
}

/// What a verifier may see of a tree, when the redacted places are shown for which `shown` holds, asked
/// parents first.
fn visible(tree: &Tree, shown: &mut impl FnMut() -> bool) -> Value {
    match tree {
        Tree::Leaf(value) => value.clone(),
        Tree::Map(entries, _) => Value::Map(visible_entries(entries, shown)),
        Tree::Array(elements, _) => {
            let mut kept = Vec::new();
            for (redacted, tree) in elements {
                if !redacted || shown() {
                    kept.push(visible(tree, shown));
                }
            }
            Value::Array(kept)
        }
    }
}

fn visible_entries(entries: &[(Value, bool, Tree)], shown: &mut impl FnMut() -> bool) -> Vec<(Value, Value)> {
    let mut kept = Vec::new();
    for (key, redacted, tree) in entries {
        if !redacted || shown() {
            kept.push((key.clone(), visible(tree, shown)));
        }
    }
    kept
}

/// Hides the redacted places of an issued tree for which `shown` does not hold, in the same order as
/// [`visible`].
fn hide(node: &mut Node, tree: &Tree, shown: &mut impl FnMut() -> bool) {
    match tree {
        Tree::Leaf(_) => {}
        Tree::Map(entries, _) => hide_entries(node, entries, shown),
        Tree::Array(elements, _) => {
            let Node::Array(nodes) = node else { unreachable!("an array") };
            for (node, (redacted, tree)) in nodes.iter_mut().zip(elements) {
                match node {
                    Ok(node) => hide(node, tree, shown),
                    Err(hidden) if *redacted => hide_one(hidden, tree, shown),
                    Err(_) => {}
                }
            }
            nodes
                .iter_mut()
                .skip(elements.len())
                .filter_map(|node| node.as_mut().err())
                .for_each(Hidden::forget);
        }
    }
}

fn hide_entries(node: &mut Node, entries: &[(Value, bool, Tree)], shown: &mut impl FnMut() -> bool) {
    for (key, redacted, tree) in entries {
        let encoded = key.encode();
        if *redacted {
            let is_it = |one: &&mut Hidden| matches!(one, Hidden::Entry(_, key, _) if *key == encoded);
            hide_one(node.hidden().iter_mut().find(is_it).unwrap(), tree, shown);
        } else {
            hide(node.member(key), tree, shown);
        }
    }
    for decoy in node.hidden().iter_mut().filter(|one| matches!(one, Hidden::Decoy(_))) {
        decoy.forget();
    }
}

fn hide_one(hidden: &mut Hidden, tree: &Tree, shown: &mut impl FnMut() -> bool) {
    if !shown() {
        hidden.forget();
        return;
    }
    match hidden {
        Hidden::Entry(_, _, node) | Hidden::Element(_, node) => hide(node, tree, shown),
        Hidden::Unknown(_) | Hidden::Decoy(_) => unreachable!("a disclosure"),
    }
}

/// Answers `true` or `false` from a list, again and again.
fn repeating(bits: &[bool]) -> impl FnMut() -> bool {
    let mut bits = bits.iter().copied().cycle();
    move || bits.next().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// What a holder receives is what was claimed; every disclosure is used; there is one draw.
    #[test]
    fn issue_and_receive(entries in claims()) {
        let issued = issued(&entries);
        assert_eq!(issued.draws, 1);
        issued.received(|received| {
            assert_eq!(received.claims().to_value().encode(), issued.claimed);
            assert_eq!(received.claims().disclosures().count(), issued.disclosures);
        });
    }

    /// Any choice that is closed under parents verifies and shows exactly what was chosen.
    #[test]
    fn any_choice_shows_itself(entries in claims(), bits in vec(any::<bool>(), 1..40)) {
        let issued = issued(&entries);
        let mut credential = forge::Credential::open(&issued.bytes);
        hide_entries(&mut credential.claims, &entries, &mut repeating(&bits));
        let chosen = credential.seal(&issued.issuer);
        let mut expected = registered(&issued.holder);
        expected.extend(visible_entries(&entries, &mut repeating(&bits)));
        let token = issued.bind(&chosen);
        assert_eq!(issued.verified(&token), Value::Map(expected).encode());
        // The holder's own function makes the same bytes of the same choice.
        let shown = disclosures(&chosen);
        let selected = issued.received(|received| {
            select(received, |one| shown.iter().any(|encoded| encoded == one.encoded())).unwrap().to_bytes()
        });
        assert_eq!(selected, chosen);
    }

    /// The order of the disclosures says nothing.
    #[test]
    fn order_of_disclosures_does_not_matter(entries in claims(), places in vec(any::<Index>(), 30)) {
        let issued = issued(&entries);
        let all = issued.received(|received| select(received, |_| true).unwrap().to_bytes());
        let token = issued.bind(&all);
        let mut shuffled = disclosures(&all);
        for (index, place) in (1..shuffled.len()).zip(&places) {
            shuffled.swap(index, place.index(index + 1));
        }
        let other = issued.bind(&with_disclosures(&all, &shuffled));
        assert_eq!(issued.verified(&token), issued.verified(&other));
    }

    /// A disclosure that was not issued is refused, whatever it says.
    #[test]
    fn nothing_can_be_added(entries in claims(), salt in any::<[u8; 16]>(), value in tree()) {
        let issued = issued(&entries);
        let all = issued.received(|received| select(received, |_| true).unwrap().to_bytes());
        let value = plain(&value);
        let content = Value::Array(vec![Value::bytes(salt), value, Value::text("added")]).encode();
        let mut more = disclosures(&all);
        more.push(Value::Bytes(content).encode());
        let token = issued.bind(&with_disclosures(&all, &more));
        let token = KeyBoundToken::parse(&token, &Limits::TOKEN, Encoding::Deterministic).unwrap();
        let expected = Expected {
            audiences: &[AUDIENCE],
            nonce: Nonce::Exactly(NONCE),
            now: NOW,
            algorithms: Algorithms::ED25519,
            issuer: IssuerName::DangerousWhateverTheKeySigns,
        };
        let mut scratch = Scratch::default();
        let refused = verify(&token, issued.issuer.public_key(), &expected, &mut scratch);
        assert_eq!(refused.map(drop).unwrap_err().code(), "V-15");
    }
}

/// The encoded disclosures of a credential.
fn disclosures(credential: &[u8]) -> Vec<Vec<u8>> {
    let unprotected = Envelope::open(credential).unprotected;
    unprotected.get(&Value::int(17)).map(forge::tokens).unwrap_or_default()
}

/// The same credential with other disclosures. They are not covered by the issuer's signature.
fn with_disclosures(credential: &[u8], disclosures: &[Vec<u8>]) -> Vec<u8> {
    let mut array = forge::presentation(disclosures);
    let mut header = Value::Map(vec![(Value::int(17), Value::Null)]).encode();
    header.pop();
    header.append(&mut array);
    let sign1 = SdCwt::parse(credential, &Limits::TOKEN, Encoding::Deterministic).unwrap();
    let envelope = sign1.envelope();
    let mut out = geleit_cose::cbor::Encoder::new();
    out.tag(18).array(4).bytes(envelope.protected());
    out.raw(if disclosures.is_empty() { &[0xa0] } else { header.as_slice() });
    out.bytes(envelope.dangerous_unverified_payload()).bytes(envelope.signature());
    out.into_bytes()
}

/// A purpose that registers every step of `id.age_over`.
fn any_age() -> Profile {
    let eighteen = Profile::find_embedded("platform-freelancer-onboarding").unwrap();
    let domain = ScopedClaim::by_id("id.age_over").unwrap().claim.domain().unwrap();
    let steps: Vec<String> = domain.thresholds().map(|step| format!("\"{step}\"")).collect();
    let text = eighteen.text().replace(
        "at_least = [\"18\"]",
        &format!("at_least = [{}]\ninstead_of = \"id.family_name\"", steps.join(", ")),
    );
    Profile::from_toml(&text).unwrap()
}

/// A registration that permits every step of `id.age_over`, and a request for one of them.
fn age_request(world: &World, threshold: u8) -> Vec<u8> {
    let profile = any_age();
    let claim = ScopedClaim::by_id("id.age_over").unwrap();
    let steps = |at_least| vec![ScopeEntry { claim, necessity: Necessity::Required, at_least }];
    let mut registration = world.registration_content(&profile);
    let all = claim.claim.domain().unwrap().thresholds().collect();
    registration.intended_use.scope = Scope::new(steps(all)).unwrap();
    let registration = registration.sign(&world.registrar).unwrap();
    let mut content = world.request_content(&profile, &registration, NONCE);
    content.scope = Scope::new(steps(vec![threshold])).unwrap();
    content.sign(&world.relying_party).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Through all layers: at least t is proved for every t up to the value, and for no other.
    #[test]
    fn thresholds_are_monotone(age in 0..=127_u8) {
        let world = World::new();
        let mut identity = people::identity();
        identity.remove("id.age_band_5y");
        identity.set_threshold("id.age_over", age).unwrap();
        let held = world.held(&identity, "age");
        let both = [&held];
        let state = WalletState::new(&both);
        let ages = Purposes::new(vec![any_age()]);
        let domain = ScopedClaim::by_id("id.age_over").unwrap().claim.domain().unwrap();
        for threshold in domain.thresholds() {
            let bytes = age_request(&world, threshold);
            let trust = world.trust_list();
            let request = world.permit(&bytes, &ages, NOW).unwrap();
            let wallet = state.wallet(world.holder.public_key(), &both);
            match answer(&request, &wallet, &world.holder, Consent::REQUIRED_ONLY, NOW) {
                Ok(answer) => {
                    let answer = answer.record(&mut DisclosureLedger::empty());
                    assert!(threshold <= age);
                    let verifier = geleit_credential::verifier::Verifier::new(
                        trust,
                        request.relying_party().clone(),
                    );
                    let presentation = Presentation::parse(&answer, &Limits::TOKEN).unwrap();
                    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
                    let verified =
                        verifier.verify(&presentation, &request, &world.status_lists(), NOW, &mut nonces, &mut workspace).unwrap();
                    assert_eq!(verified.proven_at_least("id.age_over"), Some(threshold));
                    assert_eq!(verified.disclosed(), ["id.age_over"]);
                }
                Err(error) => {
                    assert!(threshold > age);
                    assert_eq!(error.code(), "W-01");
                }
            }
        }
    }

    /// Two holders of a type differ in nothing that can be counted, and each credential takes one draw.
    #[test]
    fn holders_of_a_type_are_alike_in_shape(seed in any::<u64>(), left_out in vec(any::<Index>(), 0..12)) {
        let world = World::new();
        for sample in [people::identity(), people::qualification(), people::residence()] {
            let other = with_less(&sample, &left_out);
            let (one, two) = (shape(&world, &sample, "one"), shape(&world, &other, &seed.to_string()));
            assert_eq!(one.first(), two.first(), "the payload");
            for (place, hashes) in &two {
                let alike = one.iter().find(|(other, _)| other == place);
                assert!(alike.is_none_or(|(_, other)| other == hashes), "{place}");
            }
        }
    }
}

/// The set without some of the claims that it can do without.
fn with_less(set: &ClaimSet, left_out: &[Index]) -> ClaimSet {
    let mut less = set.clone();
    for index in left_out {
        let ids: Vec<&str> = less.iter().map(|(_, claim, _)| claim.id).collect();
        let mut without = less.clone();
        without.remove(ids[index.index(ids.len())]);
        if without.check().is_ok() {
            less = without;
        }
    }
    less
}

/// The number of hashes in each map and array of an issued credential, the payload first.
fn shape(world: &World, set: &ClaimSet, seed: &str) -> Vec<(String, usize)> {
    let mut rng = FixedRng::new(seed);
    let copy = Copy {
        holder_key: world.holder.public_key(),
        subject: seed,
        issued_at: UnixTime(NOW.0 + 17),
        lifetime_s: DEFAULT_LIFETIME_S,
        status: StatusReference { uri: CREDENTIAL_LIST, index: 1 },
    };
    let bytes = world.issuer_of(set.credential_type()).issue(set, &copy, &mut rng).unwrap();
    assert_eq!(rng.draws(), 1);
    let mut shape = Vec::new();
    count_hashes("payload", &forge::Credential::open(&bytes).claims, &mut shape);
    for (place, hashes) in &shape {
        assert_eq!(Some(*hashes), required(set, place), "{place}");
    }
    shape
}

fn count_hashes(place: &str, node: &Node, shape: &mut Vec<(String, usize)>) {
    let hidden: Vec<&Hidden> = match node {
        Node::Map(_, hidden) => hidden.iter().collect(),
        Node::Array(elements) => elements.iter().filter_map(|element| element.as_ref().err()).collect(),
        Node::Leaf(_) => return,
    };
    // Objects and arrays in the clear inside one disclosure have no hashes.
    if !hidden.is_empty() {
        shape.push((place.to_owned(), hidden.len()));
    }
    for one in hidden {
        match one {
            Hidden::Entry(_, key, inner) => {
                let key = Value::decode(key, &Limits::TOKEN, Encoding::Deterministic).unwrap();
                count_hashes(&format!("{place} {}", key.as_text().unwrap_or("sub")), inner, shape);
            }
            Hidden::Element(_, inner) => count_hashes(&format!("{place} []"), inner, shape),
            Hidden::Decoy(_) | Hidden::Unknown(_) => {}
        }
    }
}

/// The number that the schema says.
fn required(set: &ClaimSet, place: &str) -> Option<usize> {
    let credential_type = TYPES.iter().find(|one| one.vct == set.credential_type().vct)?;
    let path: Vec<&str> = place.split(' ').collect();
    match path.as_slice() {
        ["payload"] => Some(credential_type.digest_count() + 1),
        ["payload", group] => Some(credential_type.group(group)?.digest_count()),
        ["payload", group, claim] => credential_type.group(group)?.claim(claim)?.slots().map(usize::from),
        ["payload", group, claim, "[]"] => match credential_type.group(group)?.claim(claim)?.kind {
            Kind::List { element: Kind::Record(members), .. } => Some(members.len()),
            _ => None,
        },
        _ => None,
    }
}
