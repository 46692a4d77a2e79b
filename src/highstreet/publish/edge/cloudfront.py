"""CloudFront: two functions, a Lambda@Edge and a CloudFormation template that puts them in front of a bucket.

A function may take 10 KB, so the texts go out without comments and indentation.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256

from highstreet.publish.edge.script import decided
from highstreet.publish.edge.street import Bucket, NoEdge, Street, checked, filled, hosts

TEMPLATE = "cloudfront.json"
REQUEST, RESPONSE, ORIGIN = "viewer-request.js", "viewer-response.js", "origin-response.js"
LARGEST = 10_240  # bytes of a CloudFront function


def cloudfront(street: Street) -> dict[str, str]:
    """File name → text: the template, and its three scripts to be read. Raises NoEdge."""
    street = checked(street)
    store = street.store
    if not isinstance(store, Bucket) or not store.name:
        raise NoEdge("CloudFront serves a street from a bucket on Amazon S3")
    prefix = f"{store.prefix}/" if store.prefix else ""
    words = {
        "decide": decided(street),
        "prefix": prefix,
        "bucket": json.dumps(store.name),
        "region": json.dumps(store.region or "us-east-1"),
    }
    scripts = {}
    for name, file, crypto in (
        (REQUEST, "cloudfront_request.js", "import crypto from 'crypto';"),
        (RESPONSE, "cloudfront_response.js", ""),
    ):
        scripts[name] = short(filled(file, words | {"read": filled("cloudfront_read.js", words | {"crypto": crypto})}))
        if len(scripts[name].encode()) > LARGEST:
            raise NoEdge(f"{name} is larger than CloudFront takes")
    scripts[ORIGIN] = short(filled("cloudfront_origin.js", words))
    template = json.dumps(_template(street, store, scripts), indent=2) + "\n"
    return {TEMPLATE: template, **scripts}


def short(text: str) -> str:
    """JavaScript without comments that have lines of their own, and without indentation."""
    lines = (re.sub(r"  // .*", "", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _template(street: Street, store: Bucket, scripts: dict[str, str]) -> dict[str, object]:
    names = [f"*.{street.base_domain}"]
    names += sorted({host.name for host in hosts(street) if not host.name.endswith(f".{street.base_domain}")})
    version = f"AnswersVersion{sha256(scripts[ORIGIN].encode()).hexdigest()[:12]}"  # a new text needs a new one
    region = store.region or "us-east-1"
    resources: dict[str, object] = {
        "Pointers": _resource(
            "CloudFront::KeyValueStore",
            {"Name": {"Fn::Sub": "${AWS::StackName}-pointers"}, "Comment": "host, tenant and release of Highstreet"},
        ),
        "ViewerRequest": _function("request", scripts[REQUEST]),
        "ViewerResponse": _function("response", scripts[RESPONSE]),
        "AnswersRole": _resource("IAM::Role", _role(store)),
        "Answers": _resource(
            "Lambda::Function",
            {
                "Runtime": "nodejs22.x",
                "Handler": "index.handler",
                "Timeout": 10,
                "MemorySize": 256,
                "Role": {"Fn::GetAtt": ["AnswersRole", "Arn"]},
                "Code": {"ZipFile": scripts[ORIGIN]},
            },
        ),
        version: {**_resource("Lambda::Version", {"FunctionName": {"Ref": "Answers"}}), "DeletionPolicy": "Retain"},
        "Access": _resource(
            "CloudFront::OriginAccessControl",
            {
                "OriginAccessControlConfig": {
                    "Name": {"Fn::Sub": "${AWS::StackName}-access"},
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        ),
        "Caching": _resource("CloudFront::CachePolicy", {"CachePolicyConfig": _caching()}),
        "Forwarding": _resource("CloudFront::OriginRequestPolicy", {"OriginRequestPolicyConfig": _forwarding()}),
        "Street": _resource(
            "CloudFront::Distribution",
            {"DistributionConfig": _distribution(names, f"{store.name}.s3.{region}.amazonaws.com", version)},
        ),
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{store.name}/{store.prefix + '/' if store.prefix else ''}*",
        "Condition": {"StringEquals": {"AWS:SourceArn": "DISTRIBUTION"}},
    }
    allow = json.dumps(statement).replace(
        "DISTRIBUTION", "arn:aws:cloudfront::${AWS::AccountId}:distribution/${Street}"
    )
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Highstreet: host, tenant, release. Written by `highstreet edge cloudfront`; stack of us-east-1",
        "Parameters": {
            "Certificate": {
                "Type": "String",
                "AllowedPattern": "arn:aws:acm:us-east-1:[0-9]+:certificate/.+",
                "Description": f"ARN of a certificate in us-east-1 for {', '.join(names)}"[:4000],
            }
        },
        "Rules": {
            "Region": {
                "Assertions": [
                    {
                        "Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
                        "AssertDescription": "Lambda@Edge is made in us-east-1",
                    }
                ]
            }
        },
        "Resources": resources,
        "Outputs": {
            "Mirror": {
                "Description": "mirror in [tool.highstreet.publish]",
                "Value": {"Fn::GetAtt": ["Pointers", "Arn"]},
            },
            "Domain": {
                "Description": "where DNS leads all names",
                "Value": {"Fn::GetAtt": ["Street", "DomainName"]},
            },
            "BucketPolicyStatement": {
                "Description": "to be added to the bucket's policy",
                "Value": {"Fn::Sub": allow},
            },
        },
    }


def _resource(kind: str, properties: dict[str, object]) -> dict[str, object]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _function(name: str, code: str) -> dict[str, object]:
    config = {
        "Comment": f"Highstreet: viewer {name}",
        "Runtime": "cloudfront-js-2.0",
        "KeyValueStoreAssociations": [{"KeyValueStoreARN": {"Fn::GetAtt": ["Pointers", "Arn"]}}],
    }
    return _resource(
        "CloudFront::Function",
        {
            "Name": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
            "AutoPublish": True,
            "FunctionCode": code,
            "FunctionConfig": config,
        },
    )


def _role(store: Bucket) -> dict[str, object]:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]},
        "Action": "sts:AssumeRole",
    }
    below = f"{store.prefix}/" if store.prefix else ""
    reads = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{store.name}/{below}*/t/*", f"arn:aws:s3:::{store.name}/{below}*/assets/*"],
    }
    return {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        "Policies": [{"PolicyName": "pages", "PolicyDocument": {"Version": "2012-10-17", "Statement": [reads]}}],
    }


def _caching() -> dict[str, object]:
    return {
        "Name": {"Fn::Sub": "${AWS::StackName}-caching"},
        "MinTTL": 0,
        "DefaultTTL": 0,
        "MaxTTL": 31_536_000,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
        },
    }


def _forwarding() -> dict[str, object]:
    told = ["x-hs-plain", "x-hs-index", "x-hs-to", "x-hs-missing", "x-hs-headers"]
    return {
        "Name": {"Fn::Sub": "${AWS::StackName}-forwarding"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": told},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    }


def _distribution(names: list[str], bucket: str, version: str) -> dict[str, object]:
    return {
        "Enabled": True,
        "Comment": "Highstreet",
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "Aliases": names,
        "Origins": [
            {
                "Id": "store",
                "DomainName": bucket,
                "OriginAccessControlId": {"Fn::GetAtt": ["Access", "Id"]},
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            }
        ],
        "DefaultCacheBehavior": {
            "TargetOriginId": "store",
            "ViewerProtocolPolicy": "redirect-to-https",
            "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
            "CachedMethods": ["GET", "HEAD"],
            "Compress": True,
            "CachePolicyId": {"Ref": "Caching"},
            "OriginRequestPolicyId": {"Ref": "Forwarding"},
            "FunctionAssociations": [
                {"EventType": f"viewer-{kind.lower()}", "FunctionARN": {"Fn::GetAtt": [f"Viewer{kind}", "FunctionARN"]}}
                for kind in ("Request", "Response")
            ],
            "LambdaFunctionAssociations": [
                {"EventType": "origin-response", "LambdaFunctionARN": {"Ref": version}},
            ],
        },
        "CustomErrorResponses": [
            {"ErrorCode": code, "ErrorCachingMinTTL": 1} for code in (400, 403, 404, 500, 502, 503, 504)
        ],
        "ViewerCertificate": {
            "AcmCertificateArn": {"Ref": "Certificate"},
            "SslSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
    }
