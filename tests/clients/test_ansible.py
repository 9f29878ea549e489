"""Ansible's modules for CloudFormation and S3, check mode included, on `simulate`."""

from __future__ import annotations

import pytest

from tests.clients.person import OPERATOR, TEMPLATES, Person, installed

pytestmark = pytest.mark.clients
_PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  vars:
    body: "{{ lookup('file', 'TEMPLATE') }}"
    capabilities: [CAPABILITY_IAM, CAPABILITY_NAMED_IAM]
    first: {HubPrincipalArn: OPERATOR, EventName: car-day}
    second: {HubPrincipalArn: OPERATOR, EventName: other-day}
    name: event-bootstrap-access
  module_defaults:
    amazon.aws.cloudformation:
      template_body: "{{ body }}"
      capabilities: "{{ capabilities }}"
      stack_name: "{{ name }}"
  tasks:
    - amazon.aws.cloudformation: {template_parameters: "{{ first }}"}
      check_mode: true
      register: would
    - amazon.aws.cloudformation: {template_parameters: "{{ first }}", tags: {by: ansible}}
      register: made
    - amazon.aws.cloudformation: {template_parameters: "{{ first }}", tags: {by: ansible}}
      register: again
    - amazon.aws.cloudformation: {template_parameters: "{{ second }}"}
      register: updated
    - amazon.aws.s3_bucket: {name: of-ansible, versioning: true, tags: {by: ansible}}
      register: bucket
    - amazon.aws.s3_object: {bucket: of-ansible, object: a/b.txt, content: hello, mode: put}
    - amazon.aws.s3_object: {bucket: of-ansible, object: a/b.txt, mode: getstr}
      register: object
    - amazon.aws.s3_bucket: {name: of-ansible, state: absent, force: true}
    - amazon.aws.cloudformation: {state: absent}
      register: gone
    - assert:
        that:
          - would is changed
          - made is changed
          - made.stack_outputs.AccessVersion is defined
          - again is not changed
          - updated is changed
          - bucket is changed
          - object.contents == 'hello'
          - gone is changed
"""


def test_a_playbook_deploys_updates_and_removes_the_access_role_and_a_bucket(person: Person) -> None:
    playbook = person.at / "play.yml"
    text = _PLAYBOOK.replace("TEMPLATE", str(TEMPLATES / "access.yaml")).replace("OPERATOR", OPERATOR)
    playbook.write_text(text, encoding="utf-8")
    said = person.run(installed("ansible", "ansible-playbook"), str(playbook), team="ansible")
    assert "failed=0" in said
