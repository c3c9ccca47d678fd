#!/usr/bin/env node
import '../dist/bundle/limber.js';
