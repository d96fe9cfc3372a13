//! A request is permitted with trust, purposes and status, and not with one of them alone.

use geleit_credential::request::Request;
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;

fn check(request: &Request<'_>, trust: &TrustList) {
    let _ = request.permit(trust, UnixTime(0));
}

fn main() {}
