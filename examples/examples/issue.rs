//! The issuer: state what is true of a person, and issue a batch of one-time copies.
//!
//! ```text
//! cargo run -p geleit-examples --example issue [-- KEY.pem]     KEY.pem: openssl genpkey -algorithm ed25519
//! ```

use geleit_cose::cbor::Value;
use geleit_cose::key::SigningKey;
use geleit_credential::issuer::{Copy, DEFAULT_LIFETIME_S, Issuer, Order};
use geleit_credential::schema::End;
use geleit_credential::schema::residence::{Residence, UkConditions};
use geleit_credential::status_list::{Bits, Entries, StatusIndices, StatusReference};
use geleit_examples::{ISSUER, Outcome, STATUS_LIST, day, now, rng};

/// Copies per batch. A wallet uses each once, so that two presentations cannot be linked.
const COPIES: usize = 3;

fn main() -> Outcome {
    let now = now()?;
    let mut key = match std::env::args().nth(1) {
        Some(file) => SigningKey::from_pem(&std::fs::read_to_string(file)?)?,
        None => SigningKey::generate_ed25519(&mut rng()),
    };
    // It signs every copy of everybody: that is worth 61 kB.
    key.prepare();
    // This half of the key goes into the trust list, beside the name.
    print!("{}", key.public_key().to_pem());

    // Every value is checked against the schema, and the rules between claims at the end: a mistake
    // is an error here, not a credential that nobody accepts.
    let conditions = UkConditions { self_employment: Some(false), ..UkConditions::default() };
    let claims = Residence::new("work_skilled", true)
        .uk_work(End::Day(day(now, 500)?), conditions)
        .uk_rent(End::Day(day(now, 365)?))
        .build(day(now, 0)?)?;
    println!("{} claims of type {}", claims.iter().count(), claims.credential_type().name);

    // The keys come from the wallet, one for each copy; it proves that it has them (not shown here).
    let wallet: Vec<SigningKey> = (0..COPIES).map(|_| SigningKey::generate_ed25519(&mut rng())).collect();
    let issuer = Issuer::new(ISSUER, &key);
    // Each copy has a random place of its own in the status list: neighbours say nothing.
    let mut indices = StatusIndices::of(&Entries::all_valid(Bits::Four, 131_072)?);
    let mut copy = |holder_key| -> Outcome<Copy<'_>> {
        let index = indices.draw(&mut rng()).ok_or("the status list is full")?;
        let status = StatusReference { uri: STATUS_LIST, index };
        let subject = "urn:example:1";
        Ok(Copy { holder_key, subject, issued_at: now, lifetime_s: DEFAULT_LIFETIME_S, status })
    };
    let copies: Vec<Copy<'_>> = wallet.iter().map(|key| copy(key.public_key())).collect::<Outcome<_>>()?;
    // New salts for each, from one draw: two copies share nothing by which they could be linked, and a batch in which
    // two would is refused. A batch can have orders of many holders.
    let order = Order { claims: &claims, copies: &copies };
    for (number, credential) in issuer.issue_batch(&[order], &mut rng())?.concat().iter().enumerate() {
        println!("copy {number}: {} bytes", credential.len());
    }

    // What must never be in a credential cannot be written into one.
    match Residence::new("work_skilled", true)
        .set("res.asylum_history", Value::Bool(true))
        .build(day(now, 0)?)
    {
        Err(refused) => println!("refused: {refused}"),
        Ok(_) => return Err("a claim that no schema has was accepted".into()),
    }
    Ok(())
}
