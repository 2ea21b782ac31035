"""The screen floor: the only importer of Streamlit, Plotly and pandas."""
