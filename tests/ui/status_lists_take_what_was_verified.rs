//! A status list that was only parsed cannot be relied on.

use geleit_credential::status_list::{StatusListToken, StatusLists};

fn keep(lists: &mut StatusLists, token: StatusListToken<'_>) {
    let _ = lists.insert(token);
}

fn main() {}
