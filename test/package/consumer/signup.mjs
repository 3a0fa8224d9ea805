import process from 'node:process';
import express from 'express';
import * as kit from 'express-enrollment';
import signup from './signup.cjs';

await signup.run({ kit, express, redis: process.argv[2], format: 'import' });
