//! A permitted request was checked against its registration, and asks nothing more afterwards.

use geleit_credential::request::PermittedRequest;
use geleit_credential::scope::Scope;

fn widen(request: &mut PermittedRequest, scope: Scope) {
    request.scope = scope;
}

fn main() {}
