"""The screen floor: the only importer of Streamlit."""
