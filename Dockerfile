FROM python:3.11-slim AS portal
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATA_DIR=/data
WORKDIR /portal
COPY requirements-metrics.txt requirements-s3.txt requirements-saml.txt requirements-sentry.txt ./
RUN pip install --no-cache-dir --require-hashes \
    -r requirements-metrics.txt -r requirements-s3.txt -r requirements-saml.txt -r requirements-sentry.txt
COPY . .
RUN useradd --system --uid 10001 portal \
    && mkdir /data && chown portal /data \
    && SECRET_KEY=build python manage.py compile_messages
USER portal
VOLUME /data
EXPOSE 8000
CMD ["sh", "-c", "python manage.py migrate && python manage.py load_standards && python manage.py index && python manage.py collectstatic --no-input && exec gunicorn certcentre.wsgi --bind 0.0.0.0:8000 --workers 2 --threads 4"]
