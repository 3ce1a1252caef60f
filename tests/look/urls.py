"""One page with a piece of everything that a module of ours makes alive."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as real

PAGE = """
{% extends "base.html" %}{% load look %}
{% block title %}Everything{% endblock %}
{% block main %}
<div class="page"><h1>Everything</h1>
  <p class="prose">A <term-definition><button type="button" class="term" popovertarget="def-1">lock</button></term-definition> lets one in.</p>
  <div class="definition" id="def-1" popover><p class="definition__term">Lock</p><p>Lets one in at a time. <a href="#main">More</a></p></div>
  <details class="menu" data-menu><summary class="menu__open">Menu</summary><div class="menu__panel"><a class="menu__item" href="#main">Item</a></div></details>
  <form id="save" hx-post="/save/" action="/save/" method="post" hx-target="this" hx-swap="innerHTML"><button class="button" type="submit">Save</button></form>
</div>
{% endblock %}
"""  # noqa: E501 - markup reads better unbroken


@login_not_required
def everything(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({"person": None}, request))


urlpatterns = [path("everything/", everything), *real]
