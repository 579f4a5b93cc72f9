FROM python:3.11-slim-bookworm

# WeasyPrint's libraries, and the one font that has every Chinese character in its mainland form.
# poppler-utils draws pages of PDFs for the page that shows an archived file.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 poppler-utils \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 CHUANGMO_DATA_DIR=/data

COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt

COPY . .
RUN useradd --system --uid 10001 chuangmo \
    && mkdir -p /data \
    && chown chuangmo /data
USER chuangmo
VOLUME /data
EXPOSE 8000
CMD ["scripts/serve"]
