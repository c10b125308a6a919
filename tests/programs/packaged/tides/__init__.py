"""Predicts the tide from the hours before: data, model and training in files of their own."""
